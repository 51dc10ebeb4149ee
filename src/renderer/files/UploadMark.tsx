import type { ReactElement } from 'react';

import type { MessageView } from '#shared/views.ts';

import { useSlice } from '../state/app.ts';
import { UploadLine } from './UploadLine.tsx';

type Attachment = MessageView['attachments'][number];

/** How far a file of a message that waits is; nothing for all others. Progress draws this line alone. */
export function UploadMark({ file }: { file: Attachment }): ReactElement | null {
  const now = useSlice('files', (state) => (file.upload ? state.files.find((one) => one.id === file.id)?.state : undefined));
  const state = now ?? file.upload;
  if (file.refused !== undefined) {
    return <UploadLine name={file.name} bytes={file.bytes} state={{ kind: 'refused', message: file.refused }} />;
  }
  if (!state || state.kind === 'ready' || state.kind === 'held') return null;
  return <UploadLine name={file.name} bytes={file.bytes} state={state} />;
}
