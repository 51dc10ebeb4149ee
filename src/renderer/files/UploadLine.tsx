import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { UploadState } from '#shared/file-views.ts';

import { useSlice } from '../state/app.ts';
import { fileSize, isolate } from '../words/sentences.ts';

/** How far an own file is: in words, and as a bar while it goes. */
export function UploadLine({ name, bytes, state }: { name: string; bytes: number; state: UploadState }): ReactElement {
  const { t, i18n } = useTranslation();
  const online = useSlice('status', (status) => status.sync.connection.kind === 'online');
  const size = fileSize(bytes, i18n.language);
  switch (state.kind) {
    case 'waiting':
      return <span className="block truncate text-badge text-n11">{online ? size : t('upload.offline', { size })}</span>;
    case 'uploading': {
      const share = bytes === 0 ? 0 : Math.min(1, state.sent / bytes);
      const percent = share.toLocaleString(i18n.language, { style: 'percent' });
      return (
        <span className="flex items-center gap-2 text-badge text-n11">
          <progress
            className="sync-progress h-1 min-w-0 flex-1"
            max={1}
            value={share}
            aria-label={t('upload.progress', { name: isolate(name) })}
          />
          <span className="shrink-0 tabular-nums">{online ? percent : t('upload.paused', { percent })}</span>
        </span>
      );
    }
    case 'held':
      return <span className="block truncate text-badge text-n11">{t('upload.held', { size })}</span>;
    case 'ready':
      return <span className="block truncate text-badge text-n11">{t('upload.ready', { size })}</span>;
    case 'refused':
      return <span className="block text-xs whitespace-normal text-red">{state.message}</span>;
  }
}
