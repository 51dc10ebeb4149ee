import type { Handlers } from '#shared/contract.ts';
import type { ThreadItem } from '#shared/views.ts';

import { lastSeqOf, type FakeConversations } from './fake-conversations.ts';
import { clientOf } from './fake-data.ts';

/** What the handlers of threads need of the core. */
type Around = {
  conversations: FakeConversations;
  isOnline: () => boolean;
  tell: (id: string, items: ThreadItem[], gone?: string[]) => void;
  tellInbox: (id: string) => void;
};

/** How long a message takes to be accepted. */
const ACCEPTED_AFTER_MS = 400;

/** Threads and what is written in them. */
export function threadHandlers({
  conversations,
  isOnline,
  tell,
  tellInbox,
}: Around): Pick<
  Handlers,
  | 'thread.open'
  | 'thread.close'
  | 'thread.page'
  | 'thread.seen'
  | 'message.send'
  | 'message.retry'
  | 'message.discard'
  | 'draft.set'
> {
  return {
    'thread.open': ({ conversation: id, thread, at, limit }) => {
      const found = conversations.get(id);
      const first = found.items.find((item) => item.kind === 'message' && !item.own && (item.seq ?? 0) > found.read)?.seq ?? null;
      const about = at ?? first;
      const index = about === null ? found.items.length : found.items.findIndex((item) => (item.seq ?? Infinity) >= about);
      const start = Math.max(0, Math.min(index - Math.floor(limit / 2), found.items.length - limit));
      return {
        conversation: found.view,
        thread,
        firstUnread: first,
        lastSeq: lastSeqOf(found),
        readSeq: found.read,
        draft: found.draft,
        page: {
          items: found.items.slice(start, start + limit),
          before: start > 0,
          after: start + limit < found.items.length,
        },
        unread: found.items.filter((item) => item.kind === 'message' && !item.own && (item.seq ?? 0) > found.read).length,
        typing: id === 'c0' && isOnline() ? [clientOf(0)] : [],
        loading: false,
      };
    },
    'thread.close': () => ({}),
    'thread.page': ({ conversation: id, before, after, limit }) => {
      const { items } = conversations.get(id);
      const edge = items.findIndex((item) => item.seq === (before ?? after));
      const [start, end] = before === undefined ? [edge + 1, edge + 1 + limit] : [Math.max(0, edge - limit), edge];
      return { items: items.slice(start, end), before: start > 0, after: end < items.length };
    },
    'thread.seen': ({ conversation: id, seq }) => {
      conversations.get(id).read = Math.max(conversations.get(id).read, seq);
      tellInbox(id);
      return {};
    },
    'message.send': ({ conversation: id, text }) => {
      const key = conversations.newKey(id);
      const conversation = conversations.get(id);
      const item = { ...conversations.own(key, text, { kind: 'queued' as const }), sentAt: Date.now() };
      conversation.items = [...conversation.items, item];
      tell(id, [item]);
      if (isOnline()) setTimeout(() => tell(id, conversations.accept(id, key)), ACCEPTED_AFTER_MS);
      return { key };
    },
    'message.retry': () => ({}),
    'message.discard': ({ key }) => {
      const id = key.split('/')[0] ?? '';
      const conversation = conversations.get(id);
      conversation.items = conversation.items.filter((item) => item.key !== key);
      tell(id, [], [key]);
      return {};
    },
    'draft.set': ({ conversation: id, text }) => {
      conversations.get(id).draft = text;
      return {};
    },
  };
}
