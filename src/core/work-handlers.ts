import type { Handlers } from '#shared/contract.ts';
import { THREADS, type ThreadName } from '#shared/ids.ts';
import { isStaff } from '#shared/roles.ts';

import type { HandlerParts } from './handlers.ts';
import { markConversations, restoreMarks } from './own/marks.ts';
import { readConversation, refreshConversation } from './storage/conversations.ts';
import { inboxCounts, inboxIds, inboxRows, readChoice, rowsOf, writeChoice, type Asking } from './storage/inbox-rows.ts';
import { addReadToTell, raiseCursor } from './storage/reads.ts';
import { readSession } from './storage/session.ts';
import { seenNow } from './storage/work-rows.ts';
import { createViewBuilder } from './views/view-builder.ts';

/** The inbox as a work list: what it shows, and what one does with whole conversations. */
export function createWorkHandlers(
  parts: Pick<HandlerParts, 'store' | 'keeper' | 'platform' | 'broadcast' | 'notifier' | 'context'> & { onMarked: () => void },
): Pick<
  Handlers,
  'inbox.list' | 'inbox.rows' | 'inbox.ids' | 'inbox.choice' | 'inbox.choose' | 'own.mark' | 'own.restore' | 'own.read'
> {
  const { store, keeper, platform, broadcast, context } = parts;
  const asking = (): Asking => {
    const { me } = context();
    return { me, isStaff: isStaff(readSession(store)!.account.role) };
  };
  const where = (): { store: typeof store; me: string; now: number } => ({ store, me: context().me, now: platform.now() });
  const marked = (conversations: readonly string[]): void => {
    broadcast.conversations([...conversations]);
    parts.onMarked();
  };

  return {
    'inbox.list': ({ offset, limit, ...choice }) => {
      const build = createViewBuilder(context());
      const who = asking();
      const rows = inboxRows(store, choice, who, offset, limit).map((row) => build.inboxRow(row));
      return { rows, ...inboxCounts(store, choice, who) };
    },
    'inbox.rows': ({ conversations }) => {
      const build = createViewBuilder(context());
      return { rows: rowsOf(store, conversations).map((row) => build.inboxRow(row)) };
    },
    'inbox.ids': ({ limit, ...choice }) => ({ ids: inboxIds(store, choice, asking(), limit) }),
    'inbox.choice': () => readChoice(store),
    'inbox.choose': (choice) => {
      writeChoice(store, choice);
      return {};
    },
    'own.mark': ({ conversations, change }) => {
      const before = markConversations(where(), conversations, change);
      marked(conversations);
      return { before };
    },
    'own.restore': ({ before }) => {
      marked(restoreMarks(where(), before));
      return {};
    },
    'own.read': ({ conversations }) => {
      const { me, now } = where();
      const read: { conversation: string; thread: ThreadName; seq: number }[] = [];
      const before = store.transact(() => {
        const taken = markConversations(where(), conversations, { mark: 'unread', on: false });
        for (const conversation of conversations) {
          const record = readConversation(store, conversation);
          if (!record) continue;
          const seen = seenNow(store, record);
          for (const thread of THREADS) {
            if (!raiseCursor(store, conversation, thread, me, seen[thread], now)) continue;
            addReadToTell(store, { conversation, thread, seq: seen[thread] });
            read.push({ conversation, thread, seq: seen[thread] });
          }
          refreshConversation(store, conversation, me);
        }
        return taken;
      });
      for (const { conversation, thread, seq } of read) parts.notifier.read(conversation, thread, seq);
      if (read.length > 0) keeper.engine()?.tellReads();
      marked(conversations);
      return { before };
    },
  };
}
