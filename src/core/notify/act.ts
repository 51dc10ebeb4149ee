import type { Handlers } from '#shared/contract.ts';
import { AppError } from '#shared/errors.ts';
import type { ThreadName } from '#shared/ids.ts';

import type { Log, NotificationAct } from '../platform.ts';
import type { Notifier } from './notifier.ts';

/**
 * What is done from a notification goes the way that it goes from a page: by the same commands, so through the same outbox and read cursor,
 * and under the same policies. Whoever answers has read.
 */
export async function actOnNotification(
  deps: {
    notifier: Pick<Notifier, 'find' | 'failed'>;
    commands: Pick<Handlers, 'message.send' | 'thread.seen'>;
    goTo: (place: { conversation: string; thread: ThreadName; seq: number | null }) => void;
    log: Log;
  },
  id: string,
  act: NotificationAct,
): Promise<void> {
  const found = deps.notifier.find(id);
  if (!found) return;
  const { conversation, thread, seq, newest } = found;
  if (act.kind === 'open') return deps.goTo({ conversation, thread, seq: seq > 0 ? seq : null });
  const text = act.kind === 'reply' ? act.text.trim() : '';
  try {
    if (act.kind === 'reply') {
      if (text === '') return;
      const said = { conversation, thread, text, mentions: [], attachments: [], files: [], undoable: false };
      await deps.commands['message.send'](said);
    }
    if (newest > 0) await deps.commands['thread.seen']({ conversation, thread, seq: newest });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    deps.log.warn('notify.act-failed', { act: act.kind, code: error.code });
    deps.notifier.failed({ conversation, thread }, seq, error.message);
  }
}
