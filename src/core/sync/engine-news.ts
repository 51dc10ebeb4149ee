import { parseDocumentName, type ThreadName } from '#shared/ids.ts';

import { readConversation, refreshConversation } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import { raiseCursor } from '../storage/reads.ts';
import type { CatchUp } from './catch-up.ts';
import type { EngineEvents } from './engine-events.ts';
import type { FeedChanges } from './feed-items.ts';
import type { LateDocuments } from './late-documents.ts';
import type { LiveDocuments } from './live-documents.ts';

type CursorThatCame = { account: string; thread: ThreadName; seq: number; at: number };

/** What follows from what the server tells: whom to tell here, what to fetch, what to let go. */
export type EngineNews = {
  feedChanges: (changes: FeedChanges) => void;
  readsCame: (conversation: string, reads: readonly CursorThatCame[]) => void;
  accountChanged: () => void;
  notesGone: (conversation: string) => void;
  dropped: (conversation: string) => void;
};

export function createEngineNews(deps: {
  store: Store;
  me: string;
  events: EngineEvents;
  /** Parts of the engine that are made after this one. */
  parts: () => { live: LiveDocuments; catchUp: CatchUp; late: LateDocuments };
  readAgain: (conversation: string) => void;
  readColleagues: () => void;
}): EngineNews {
  const { store, me, events, parts } = deps;

  const news: EngineNews = {
    feedChanges({ changes, records, gone, documents, read, account, ...told }) {
      const { live, catchUp, late } = parts();
      if (account) news.accountChanged();
      for (const { conversation } of gone) news.dropped(conversation);
      for (const conversation of told.notesGone) news.notesGone(conversation);
      events.onNotifications(told.notifications);
      for (const one of read) events.onReadElsewhere(one.conversation, one.thread, one.seq);
      events.onChanges(changes);
      events.onConversations([...records]);
      // Something happened in one that was too old to be kept here.
      const missing = new Set(documents.flatMap(conversationOf));
      for (const id of missing) if (readConversation(store, id) === null) deps.readAgain(id);
      if (documents.length === 0) return;
      catchUp.look();
      late.expect(documents.filter((name) => live.isLive(name)));
    },
    readsCame(conversation, reads) {
      const rose = store.transact(() => {
        const risen = reads.filter((read) => raiseCursor(store, conversation, read.thread, read.account, read.seq, read.at));
        if (risen.length > 0) refreshConversation(store, conversation, me);
        return risen;
      });
      for (const read of rose) if (read.account === me) events.onReadElsewhere(conversation, read.thread, read.seq);
      if (rose.length > 0) events.onConversations([conversation]);
    },
    accountChanged() {
      events.onAccount();
      deps.readColleagues();
    },
    notesGone(conversation) {
      parts().live.drop(conversation, 'team');
      events.onNotesGone(conversation);
    },
    dropped(conversation) {
      parts().live.drop(conversation);
      events.onGone(conversation);
    },
  };
  return news;
}

function conversationOf(document: string): string[] {
  const ref = parseDocumentName(document);
  return ref?.kind === 'thread' ? [ref.conversation] : [];
}
