import { FileText } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { enforcedPolicy } from '#shared/policies.ts';
import type { MessageView } from '#shared/views.ts';

import { wordsOf } from '../connect.ts';
import { TakeOutButton } from '../files/TakeOutButton.tsx';
import { UploadMark } from '../files/UploadMark.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { focusOn } from '../state/navigate.ts';
import { PROVISIONAL } from '../state/thread-items.ts';
import { fileSize } from '../words/sentences.ts';

type Attachment = MessageView['attachments'][number];

const BOX = { width: 320, height: 240 };

export function isPhoto(file: Pick<Attachment, 'type'>): boolean {
  return file.type.startsWith('image/');
}

/** The organisation lets nobody open files here: their names are all that is shown. */
export function useFilesOff(): boolean {
  return useSlice('session', (state) => enforcedPolicy(state.policies, 'AttachmentsEnabled') === false);
}

function FileNames({ files }: { files: readonly Attachment[] }): ReactElement {
  const { t } = useTranslation();
  return (
    <div className="mt-1 mb-1 text-sm text-n11">
      <ul>
        {files.map((file) => (
          <li key={file.url}>
            <bdi>{file.name}</bdi>
          </li>
        ))}
      </ul>
      <p className="text-xs">{t('policies.filesOff')}</p>
    </div>
  );
}

/** The box that a photo gets before its bytes are here, so that nothing moves when they come. */
export function photoBox({ width, height }: Pick<Attachment, 'width' | 'height'>): { width: number; height: number } {
  if (!width || !height) return BOX;
  const scale = Math.min(1, BOX.width / width, BOX.height / height);
  return { width: Math.max(48, Math.round(width * scale)), height: Math.max(48, Math.round(height * scale)) };
}

function File({ file }: { file: Attachment }): ReactElement {
  const { i18n } = useTranslation();
  const size = fileSize(file.bytes, i18n.language);
  return (
    <a
      href={file.url}
      download={file.name}
      className="flex min-h-12 max-w-full items-center gap-3 py-1 rounded-sm border border-n6 bg-n1 px-3 hover:bg-n3"
    >
      <FileText className="size-5 shrink-0 text-n10" strokeWidth={1.5} aria-hidden="true" />
      <span className="min-w-0">
        <bdi className="block truncate text-sm font-medium" title={file.name}>
          {file.name}
        </bdi>
        {file.upload || file.refused ? <UploadMark file={file} /> : <span className="block text-xs text-n11">{size}</span>}
      </span>
    </a>
  );
}

function Photo({ file, onView }: { file: Attachment; onView: () => void }): ReactElement {
  const { t } = useTranslation();
  const [broken, setBroken] = useState(false);
  const { width, height } = photoBox(file);
  if (broken) return <File file={file} />;
  return (
    <button
      type="button"
      aria-label={t('files.view', { name: file.name })}
      onClick={onView}
      className="photo block cursor-zoom-in overflow-hidden rounded-sm border border-n5 bg-n3"
      style={{ width, height }}
    >
      <img
        src={file.url}
        alt={file.name}
        width={width}
        height={height}
        loading="lazy"
        decoding="async"
        className="size-full object-cover"
        onError={() => setBroken(true)}
      />
    </button>
  );
}

/** Out of a message that wasn't sent yet, which goes on without it. */
function TakeOut({ item, file }: { item: MessageView; file: Attachment }): ReactElement {
  const app = useApp();
  const takeOut = (): void => {
    app.ui.setState({ threadTrouble: null });
    app.connection.send('message.withoutFile', { key: item.key, file: file.id }).then(
      () => requestAnimationFrame(() => focusOn('composer')),
      (error: unknown) => app.ui.setState({ threadTrouble: wordsOf(error) }),
    );
  };
  const only = item.text.trim() === '' && item.attachments.length === 1;
  return <TakeOutButton name={file.name} only={only} onTakeOut={takeOut} />;
}

export function Attachments({
  item,
  onView,
}: {
  item: MessageView;
  onView: (item: MessageView, file: string) => void;
}): ReactElement | null {
  const off = useFilesOff();
  if (item.attachments.length === 0) return null;
  if (off) return <FileNames files={item.attachments} />;
  const waits = item.own && ['held', 'queued', 'not-sent'].includes(item.state.kind) && !item.key.startsWith(PROVISIONAL);
  return (
    <div className="mt-1 mb-1 flex flex-wrap gap-2">
      {item.attachments.map((file) =>
        // By its address, which stays when the server gives it another id.
        isPhoto(file) ? (
          <div key={file.url} className="relative max-w-full">
            <Photo file={file} onView={() => onView(item, file.id)} />
            {waits && (
              <span className="absolute end-1 top-1">
                <TakeOut item={item} file={file} />
              </span>
            )}
            {(file.upload || file.refused) && <UploadMark file={file} />}
          </div>
        ) : (
          <div key={file.url} className="flex max-w-full items-center gap-1">
            <File file={file} />
            {waits && <TakeOut item={item} file={file} />}
          </div>
        ),
      )}
    </div>
  );
}
