import type { ThreadSnapshot } from '#shared/views.ts';

import { lastSeq } from './thread-items.ts';
import type { OpenThread, Place } from './thread-store.ts';

/** What stays as it was when other messages of the same thread are loaded. */
export function staying({ firstUnread, unread, draft, draftAround }: OpenThread): Partial<OpenThread> {
  return { firstUnread, unread, draft, draftAround };
}

/** A thread as it is opened: at `at`, at its first unread, or at its end. */
export function fromSnapshot(place: Place, snapshot: ThreadSnapshot, at: number | undefined): OpenThread {
  const { page, conversation, firstUnread, unread, draft, draftAround, loading } = snapshot;
  const { mentions, replyTo } = draftAround;
  const shared = snapshot.draftShared ?? { adopted: 0, aside: null, filesElsewhere: 0 };
  const elsewhere: OpenThread['position'] = { to: firstUnread === null ? 'end' : 'unread' };
  return {
    kind: 'open',
    place,
    conversation,
    firstUnread,
    unread,
    draft,
    draftAround,
    draftNews: { ...place, text: draft, mentions, replyTo, shared },
    loading,
    arrived: 0,
    items: page.items,
    before: page.before,
    after: page.after,
    newest: Math.max(snapshot.lastSeq, lastSeq(page.items)),
    position: at === undefined ? elsewhere : { to: 'seq', seq: at },
  };
}
