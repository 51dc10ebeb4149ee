import type { Handlers } from '#shared/contract.ts';
import { AppError } from '#shared/errors.ts';
import type { FileLimits, UploadView } from '#shared/file-views.ts';
import type { ThreadName } from '#shared/ids.ts';

import type { FakeConversations } from './fake-conversations.ts';

export const FAKE_LIMITS: FileLimits = { allowed: true, mostBytes: 25 * 1024 * 1024, types: ['*'], mostFiles: 20 };

type Names = 'files.limits' | 'files.remove' | 'files.retry' | 'files.move';

/** Files of drafts; `tell`: what of a thread is on its way now. */
export function fileHandlers(
  conversations: FakeConversations,
  tell: (conversation: string, thread: ThreadName, files: UploadView[]) => void,
  limits: FileLimits = FAKE_LIMITS,
): Pick<Handlers, Names> {
  const change = (id: string, to: (file: UploadView) => UploadView[]): void => {
    for (const conversation of conversations.all()) {
      const { files } = conversation.draftAround;
      if (!files.some((file) => file.id === id)) continue;
      conversation.draftAround = {
        ...conversation.draftAround,
        files: files.flatMap((file) => (file.id === id ? to(file) : [file])),
      };
      tell(conversation.view.id, 'all', conversation.draftAround.files);
      return;
    }
    throw new AppError('not-found', 'There is no such file.');
  };
  return {
    'files.limits': () => limits,
    'files.remove': ({ id }) => {
      change(id, () => []);
      return {};
    },
    'files.retry': ({ id }) => {
      change(id, (file) => [{ ...file, state: { kind: 'waiting' } }]);
      return {};
    },
    'files.move': ({ ids }) => {
      for (const id of ids) change(id, () => []);
      return {};
    },
  };
}
