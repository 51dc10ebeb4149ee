import { FileText, RotateCw, X } from 'lucide-react';
import { useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useShallow } from 'zustand/react/shallow';

import type { UploadView } from '#shared/file-views.ts';

import { useApp, useSlice } from '../state/app.ts';
import { draftFiles, type Adding } from '../state/files-store.ts';
import { focusOn } from '../state/navigate.ts';
import { samePlace, type Place } from '../state/thread-store.ts';
import { fileSize } from '../words/sentences.ts';
import { inWords } from '../words/told.ts';
import { removeFile, retryFile } from './give.ts';
import { UploadLine } from './UploadLine.tsx';

function Thumbnail({ file }: { file: Pick<UploadView, 'type' | 'url'> | null }): ReactElement {
  const [broken, setBroken] = useState(false);
  if (!file?.type.startsWith('image/') || broken) {
    return (
      <span className="flex size-9 shrink-0 items-center justify-center rounded-xs bg-n3">
        <FileText className="size-4 text-n10" aria-hidden="true" />
      </span>
    );
  }
  return (
    <img
      src={file.url}
      alt=""
      decoding="async"
      className="size-9 shrink-0 rounded-xs bg-n3 object-cover"
      onError={() => setBroken(true)}
    />
  );
}

const ITEM = 'flex w-60 max-w-full items-center gap-2 rounded-sm border border-n6 bg-n1 p-1';
const TOOL = 'inline-flex size-6 shrink-0 items-center justify-center rounded-sm text-n11 hover:bg-n3 hover:text-n12';

function Item({ file, onRemove }: { file: UploadView; onRemove: () => void }): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const refused = file.state.kind === 'refused';
  return (
    <li className={`${ITEM} ${refused ? 'border-red' : ''}`} data-testid="draft-file" data-state={file.state.kind}>
      <Thumbnail file={file} />
      <span className="min-w-0 flex-1">
        <bdi className="block truncate text-xs font-medium text-n12" title={file.name}>
          {file.name}
        </bdi>
        {refused ? (
          <span className="block truncate text-badge text-red">{t('upload.refused')}</span>
        ) : (
          <UploadLine name={file.name} bytes={file.bytes} state={file.state} />
        )}
      </span>
      {refused && (
        <button
          type="button"
          aria-label={t('upload.retry', { name: file.name })}
          title={t('common.retry')}
          className={TOOL}
          onClick={() => retryFile(app, file.id)}
        >
          <RotateCw className="size-3.5" aria-hidden="true" />
        </button>
      )}
      <button
        type="button"
        data-remove
        aria-label={t('upload.remove', { name: file.name })}
        title={t('upload.removeShort')}
        className={TOOL}
        onClick={onRemove}
      >
        <X className="size-4" aria-hidden="true" />
      </button>
    </li>
  );
}

function AddingItem({ adding }: { adding: Adding }): ReactElement {
  const { i18n } = useTranslation();
  return (
    <li className={ITEM} aria-busy="true">
      <Thumbnail file={null} />
      <span className="min-w-0 flex-1">
        <bdi className="block truncate text-xs font-medium text-n12">{adding.name}</bdi>
        <span className="block text-badge text-n11">{fileSize(adding.bytes, i18n.language)}</span>
      </span>
    </li>
  );
}

/** The files of the draft above the field, with how far they are, and why others were not taken. */
export function FileStrip({ place }: { place: Place }): ReactElement | null {
  const { t, i18n } = useTranslation();
  const app = useApp();
  const files = useSlice('files', useShallow(draftFiles));
  const adding = useSlice(
    'files',
    useShallow((state) => state.adding.filter((one) => samePlace(one.place, place))),
  );
  const turned = useSlice('files', (state) => state.turned);
  const list = useRef<HTMLUListElement>(null);
  const remove = (index: number): void => {
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>('[data-remove]') ?? [])];
    // What has the focus goes away: it goes to the next one, or back to the text.
    const next = buttons[index + 1] ?? buttons[index - 1];
    if (next) next.focus();
    else focusOn('composer');
    removeFile(app, files[index]!.id);
  };
  const refused = files.flatMap(({ id, name, state }) => (state.kind === 'refused' ? [{ id, name, why: state.message }] : []));
  const count = files.length + adding.length;
  return (
    <>
      <p role="status" className="sr-only">
        {count > 0 ? t('upload.count', { count }) : ''}
      </p>
      {count > 0 && (
        <ul ref={list} aria-label={t('upload.list')} className="flex max-h-40 flex-wrap gap-2 overflow-y-auto px-3 pt-3">
          {files.map((file, index) => (
            <Item key={file.id} file={file} onRemove={() => remove(index)} />
          ))}
          {adding.map((one) => (
            <AddingItem key={one.id} adding={one} />
          ))}
        </ul>
      )}
      {turned.length + refused.length > 0 && (
        <div role="alert" className="flex items-start gap-2 px-3 pt-3 text-sm text-red">
          <ul className="min-w-0 flex-1">
            {[...refused, ...turned].map((one) => (
              <li key={one.id}>
                <bdi className="font-medium break-words">{one.name}</bdi>: {inWords(one.why, i18n)}
              </li>
            ))}
          </ul>
          {turned.length > 0 && (
            <button
              type="button"
              aria-label={t('upload.dismiss')}
              className={TOOL}
              onClick={() => app.files.setState({ turned: [] })}
            >
              <X className="size-4" aria-hidden="true" />
            </button>
          )}
        </div>
      )}
    </>
  );
}
