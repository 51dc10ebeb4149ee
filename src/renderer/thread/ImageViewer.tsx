import { Dialog } from '@base-ui/react/dialog';
import { ChevronLeft, ChevronRight, CornerDownRight, Download, Minus, Plus, X } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { ThreadFile } from '#shared/thread-views.ts';

import { useApp, useSlice } from '../state/app.ts';
import type { OpenThread } from '../state/thread-store.ts';
import { isolate } from '../words/sentences.ts';
import { fullTime } from '../words/times.ts';
import { isPhoto } from './Attachments.tsx';
import { useFiles } from './use-files.ts';

const STEP = 1.5;
const MOST = 8;

function Tool({
  label,
  onClick,
  disabled = false,
  children,
}: {
  label: string;
  onClick: () => void;
  disabled?: boolean;
  children: ReactNode;
}): ReactElement {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
      className="inline-flex size-8 shrink-0 items-center justify-center rounded-sm text-n11 hover:bg-n3 hover:text-n12 disabled:text-n8"
    >
      {children}
    </button>
  );
}

/** A photo as large as the window, or larger; what does not fit is scrolled. */
function Picture({ entry, zoom }: { entry: ThreadFile; zoom: number }): ReactElement {
  const { t } = useTranslation();
  const frame = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ width: 0, height: 0 });
  const [size, setSize] = useState({ width: entry.file.width ?? 0, height: entry.file.height ?? 0 });
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setRoom({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const fit = size.width > 0 ? Math.min(1, room.width / size.width, room.height / size.height) : 1;
  const known = size.width > 0 && room.width > 0;
  return (
    <div ref={frame} className="flex min-h-0 flex-1 overflow-auto bg-n2">
      {broken ? (
        <p className="m-auto px-6 text-sm text-n11">{t('viewer.broken')}</p>
      ) : (
        <img
          src={entry.file.url}
          alt={entry.file.name}
          className="m-auto block max-w-none shrink-0 bg-n3"
          style={
            known
              ? { width: Math.round(size.width * fit * zoom), height: Math.round(size.height * fit * zoom) }
              : { maxWidth: '100%' }
          }
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            size.width === 0 && setSize({ width: naturalWidth, height: naturalHeight })
          }
          onError={() => setBroken(true)}
        />
      )}
    </div>
  );
}

/** The photos of a thread, one at a time, from old to new. */
export function ImageViewer({ shown }: { shown: OpenThread }): ReactElement | null {
  const viewing = useSlice('ui', (state) => state.viewing);
  return viewing === null ? null : <Viewer shown={shown} viewing={viewing} />;
}

function Viewer({ shown, viewing }: { shown: OpenThread; viewing: string }): ReactElement | null {
  const { t, i18n } = useTranslation();
  const app = useApp();
  const { files } = useFiles(shown.place, shown.newest);
  const [zoom, setZoom] = useState(1);
  const photos = files?.filter((entry) => isPhoto(entry.file)).toReversed() ?? [];
  const index = photos.findIndex((entry) => entry.file.id === viewing);
  const entry = photos[index];
  const close = (): void => app.ui.setState({ viewing: null });
  const go = (step: number): void => {
    const next = photos[index + step];
    if (!next) return;
    setZoom(1);
    app.ui.setState({ viewing: next.file.id });
  };
  const zoomBy = (factor: number): void => setZoom((now) => Math.min(MOST, Math.max(1, now * factor)));
  const forward = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') go(event.key === forward ? 1 : -1);
    else if (event.key === '+' || event.key === '=') zoomBy(STEP);
    else if (event.key === '-') zoomBy(1 / STEP);
    else if (event.key === '0') setZoom(1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  if (files === null) return null;
  return (
    <Dialog.Root open onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-veil" />
        <Dialog.Popup
          onKeyDown={press}
          className="fixed inset-4 z-50 flex flex-col overflow-hidden rounded-md border border-n6 bg-n1 shadow-high outline-none"
        >
          <header className="flex min-h-12 shrink-0 items-center justify-end gap-1 border-b border-n5 ps-4 pe-2 max-two:flex-wrap max-two:py-1">
            {/* Where there is little room, the tools stand below. */}
            <div className="min-w-0 flex-1 max-two:basis-full max-two:py-1">
              <Dialog.Title dir="auto" className="one-edge truncate text-sm font-semibold">
                {entry?.file.name ?? t('viewer.gone')}
              </Dialog.Title>
              {entry && (
                <Dialog.Description className="truncate text-xs text-n11">
                  {isolate(entry.author.name)} · {fullTime(entry.at, i18n.language)}
                  {photos.length > 1 && ` · ${t('viewer.place', { place: index + 1, count: photos.length })}`}
                </Dialog.Description>
              )}
            </div>
            <Tool label={t('viewer.previous')} disabled={index <= 0} onClick={() => go(-1)}>
              <ChevronLeft className="size-4 rtl:-scale-x-100" aria-hidden="true" />
            </Tool>
            <Tool label={t('viewer.next')} disabled={index < 0 || index === photos.length - 1} onClick={() => go(1)}>
              <ChevronRight className="size-4 rtl:-scale-x-100" aria-hidden="true" />
            </Tool>
            <Tool label={t('viewer.smaller')} disabled={zoom === 1} onClick={() => zoomBy(1 / STEP)}>
              <Minus className="size-4" aria-hidden="true" />
            </Tool>
            <span role="status" className="w-12 text-center text-xs text-n11 tabular-nums">
              {Math.round(zoom * 100)} %
            </span>
            <Tool label={t('viewer.larger')} disabled={zoom === MOST} onClick={() => zoomBy(STEP)}>
              <Plus className="size-4" aria-hidden="true" />
            </Tool>
            {entry && entry.seq !== null && (
              <Tool
                label={t('files.show')}
                onClick={() => {
                  close();
                  if (entry.seq !== null) app.thread.getState().goTo(entry.seq, 'seq');
                }}
              >
                <CornerDownRight className="size-4 rtl:-scale-x-100" aria-hidden="true" />
              </Tool>
            )}
            {entry && (
              <a
                href={entry.file.url}
                download={entry.file.name}
                aria-label={t('files.save', { name: entry.file.name })}
                title={t('viewer.save')}
                className="inline-flex size-8 shrink-0 items-center justify-center rounded-sm text-n11 hover:bg-n3 hover:text-n12"
              >
                <Download className="size-4" aria-hidden="true" />
              </a>
            )}
            <Tool label={t('common.close')} onClick={close}>
              <X className="size-4" aria-hidden="true" />
            </Tool>
          </header>
          {entry ? (
            <Picture key={entry.file.id} entry={entry} zoom={zoom} />
          ) : (
            <p className="m-auto px-6 text-sm text-n11">{t('viewer.goneHow')}</p>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
