import { AppError } from '#shared/errors.ts';
import { parseDocumentName, type ThreadName } from '#shared/ids.ts';

import { createOwnSync, type OwnSync } from '../own/own-sync.ts';
import type { Log } from '../platform.ts';
import type { Outcome } from '../projection/apply.ts';
import { createIngest } from '../projection/ingest.ts';
import { purgeConversation, readConversation, refreshConversation } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import { syncProgress, threadDocuments } from '../storage/documents.ts';
import { raiseCursor } from '../storage/reads.ts';
import { readSession, writeSession } from '../storage/session.ts';
import type { ApiClient } from './api-client.ts';
import { createCatchUp } from './catch-up.ts';
import { readColleagues } from './colleagues.ts';
import { compact } from './compact.ts';
import { createConversationList } from './conversation-list.ts';
import type { EngineEvents } from './engine-events.ts';
import { applyFeedItems, type FeedChanges } from './feed-items.ts';
import { createFeed } from './feed.ts';
import { createLateDocuments } from './late-documents.ts';
import { createLiveDocuments, type LiveDocuments } from './live-documents.ts';
import { createNameSeeker } from './names.ts';
import { createPresentTypists } from './present-typists.ts';
import { createReadsTeller } from './reads-teller.ts';
import { createRecovery } from './recovery.ts';

function conversationOf(document: string): string[] {
  const ref = parseDocumentName(document);
  return ref?.kind === 'thread' ? [ref.conversation] : [];
}

/** Everything between this profile and its server while somebody is signed in. */
export type Engine = {
  live: LiveDocuments;
  own: Pick<OwnSync, 'pump'>;
  /** Sends what waits; without a network, tries soon to get one. */
  pump(): void;
  tellReads(): void;
  /** Fetches a thread's documents before others. */
  hurry(conversation: string, thread: ThreadName): void;
  retryNow(): void;
  pause(paused: boolean): void;
  /** Its copy is too old to be kept here; it comes back when something happens in it. */
  forget(conversation: string): void;
  firstSync(): { done: number; total: number; paused: boolean } | null;
  stop(): void;
};

export function createEngine(deps: {
  store: Store;
  api: ApiClient;
  random: () => number;
  now: () => number;
  /** From when on conversations are kept on this machine; ms since 1970. */
  keepsSince: () => number;
  log: Log;
  events: EngineEvents;
}): Engine {
  const { store, api, events, log } = deps;
  let stopped = false;
  let online = false;
  let feedWork: Promise<void> = Promise.resolve();
  /** Raised when items could not be written: those behind them must not raise the cursor over them. */
  let feedRound = 0;

  const session = (): NonNullable<ReturnType<typeof readSession>> => readSession(store)!;
  const me = session().account.id;
  let clientId = session().clientId;

  const onFailure = (error: unknown): void => {
    if (stopped || (error instanceof AppError && error.code === 'offline')) return;
    log.warn('sync-failure', error instanceof AppError ? { code: error.code } : { error: String(error) });
    // A bug must be seen; the connection's own retries go on meanwhile.
    if (!(error instanceof AppError)) log.error('sync-bug', { stack: error instanceof Error ? error.stack : undefined });
  };
  const inBackground = (work: Promise<unknown>): void => void work.catch(onFailure);

  const ingest = createIngest({
    store,
    self: () => ({ account: me, clientId }),
    isStorageFailure: (error) => error instanceof AppError,
    onBug: (error, document) => {
      log.error('update-not-applied', { document, error: String(error) });
    },
    onChanges(changes) {
      recovery.accepted(changes.accepted);
      live.accepted(changes.accepted);
      events.onChanges(changes);
      if (changes.teams.size > 0) events.onConversations([...changes.teams]);
      const nameless = [...changes.nameless].map(([account, arrival]) => Object.assign({ account }, arrival));
      if (nameless.length > 0) inBackground(seekNames(nameless));
      for (const name of changes.toCompact) inBackground(compact(store, name));
    },
  });

  const onUpdate = (name: string, bytes: Uint8Array, outcome: Outcome, fromLog: boolean): void => {
    if (stopped) return;
    if (fromLog) live.receive(name, bytes);
    if (outcome === 'gap' && !fromLog) inBackground(catchUp.fetchNow([name]));
    if (outcome === 'stranger') {
      log.warn('stranger', { document: name });
      inBackground(recovery.renewLease(clientId));
    }
  };

  const live = createLiveDocuments({
    store,
    server: api.server,
    clientId: () => clientId,
    token: () => api.currentToken(),
    random: deps.random,
    now: deps.now,
    onUpdate: (name, bytes) => inBackground(ingest.add(name, bytes).then((outcome) => onUpdate(name, bytes, outcome, false))),
    onRefusal: (name, refusal, pending) => inBackground(recovery.refused(name, refusal, pending)),
    onReads(conversation, reads) {
      inBackground(readsCame(conversation, reads));
    },
    onTyping: createPresentTypists(me, (...told) => events.onTyping(...told)),
    onSending: (conversation, thread, keys) => events.onStates(conversation, thread, keys),
    onRejected: (name, code) => inBackground(recovery.rejected(name, code)),
    onManyRows: (name) => inBackground(compact(store, name)),
    onFailure,
  });

  const own = createOwnSync({
    store,
    me,
    server: api.server,
    clientId: () => clientId,
    token: () => api.currentToken(),
    random: deps.random,
    log,
    onChanged: (ids) => stopped || events.onMarked(ids),
    renewLease: (used) => recovery.renewLease(used),
    async signInAgain() {
      api.distrustToken();
      await api.token();
      if (!stopped) own.setOnline(online);
    },
    onFailure,
  });

  const catchUp = createCatchUp({
    store,
    api,
    ingest,
    isLive: (name) => live.isLive(name),
    onUpdate: (name, bytes, outcome) => onUpdate(name, bytes, outcome, true),
    onProgress: progress,
    onNoAccess: (name) => inBackground(recovery.checkDocument(name).then(progress)),
    onFailure,
  });

  const late = createLateDocuments(store, (names) => online && inBackground(catchUp.fetchNow(names)));

  const list = createConversationList({
    store,
    api,
    since: deps.keepsSince,
    onPage(ids) {
      events.onConversations(ids);
      events.onStatus();
      catchUp.look();
    },
    onAccount: accountChanged,
    onNotesGone: notesGone,
    onMissing: (ids) => inBackground(checkMissing(ids)),
    onFailure,
  });

  const recovery = createRecovery({
    store,
    api,
    log,
    me,
    clientId: () => clientId,
    isStopped: () => stopped,
    fetchNow: (documents) => catchUp.fetchNow(documents),
    rebuild: (name) => live.rebuild(name),
    reconnect: () => live.setOnline(online),
    onLease(next) {
      clientId = next;
      live.rebuildAll();
      own.rebuild();
    },
    onNotSent: (conversation, thread, keys) => events.onStates(conversation, thread, keys),
    onRecord(conversation) {
      events.onConversations([conversation]);
      catchUp.look();
    },
    onGone: dropped,
    onNotesGone: notesGone,
  });

  const seekNames = createNameSeeker({
    store,
    api,
    onFound: ({ conversation, thread, key }) => stopped || events.onStates(conversation, thread, [key]),
  });

  const reads = createReadsTeller({ store, api, onFailure });

  const feed = createFeed({
    api,
    random: deps.random,
    cursor: () => session().feedCursor,
    startAgain: () => list.startAgain(),
    onItems(items, cursor) {
      const round = feedRound;
      feedWork = feedWork
        .then(() => {
          if (stopped || round !== feedRound) return undefined;
          return applyFeedItems(store, items, cursor, deps.now(), onFeedChanges);
        })
        .catch((error: unknown) => {
          feedRound++;
          onFailure(error);
          feed.restart();
        });
    },
    onTyping: ({ conversation, thread, account, name, typing }) => {
      if (account !== me) events.onTyping(conversation, thread, { account, name }, typing);
    },
    onState(state) {
      if (online && state === 'lost') inBackground(noteSynced());
      online = state === 'live';
      if (state === 'lost' || state === 'live') setOnline(online);
      events.onFeed(state);
    },
    onFailure,
  });

  function setOnline(next: boolean): void {
    catchUp.setOnline(next);
    reads.setOnline(next);
    if (!next) {
      live.setOnline(false);
      own.setOnline(false);
      return;
    }
    list.goOn();
    inBackground(readColleagues({ store, api, isStopped: () => stopped }));
    // The sockets take the token that is good last: make sure that it is good now.
    inBackground(
      api.token().then(() => {
        if (!online || stopped) return;
        live.setOnline(true);
        own.setOnline(true);
      }),
    );
  }

  function onFeedChanges({ changes, records, gone, documents, read, account, ...told }: FeedChanges): void {
    if (account) accountChanged();
    for (const { conversation } of gone) dropped(conversation);
    for (const conversation of told.notesGone) notesGone(conversation);
    events.onNotifications(told.notifications);
    for (const one of read) events.onReadElsewhere(one.conversation, one.thread, one.seq);
    events.onChanges(changes);
    events.onConversations([...records]);
    // Something happened in one that was too old to be kept here.
    const missing = new Set(documents.flatMap(conversationOf));
    for (const id of missing) if (readConversation(store, id) === null) inBackground(recovery.readAgain(id));
    if (documents.length === 0) return;
    catchUp.look();
    late.expect(documents.filter((name) => live.isLive(name)));
  }

  function progress(): void {
    const current = readSession(store);
    if (current && !current.firstSyncDone && current.listDone) {
      const { done, total } = syncProgress(store);
      if (done >= total) store.transact(() => writeSession(store, { ...current, firstSyncDone: true }));
    }
    events.onStatus();
  }

  async function readsCame(
    conversation: string,
    reads: { account: string; thread: ThreadName; seq: number; at: number }[],
  ): Promise<void> {
    const rose = store.transact(() => {
      const risen = reads.filter((read) => raiseCursor(store, conversation, read.thread, read.account, read.seq, read.at));
      if (risen.length > 0) refreshConversation(store, conversation, me);
      return risen;
    });
    for (const read of rose) if (read.account === me) events.onReadElsewhere(conversation, read.thread, read.seq);
    if (rose.length > 0) events.onConversations([conversation]);
  }

  /** Until now all was in step. */
  async function noteSynced(): Promise<void> {
    store.transact(() => writeSession(store, { ...session(), lastSyncedAt: deps.now() }));
  }

  async function checkMissing(ids: string[]): Promise<void> {
    for (const id of ids) await recovery.readAgain(id);
  }

  function accountChanged(): void {
    events.onAccount();
    if (online) inBackground(readColleagues({ store, api, isStopped: () => stopped }));
  }

  function notesGone(conversation: string): void {
    live.drop(conversation, 'team');
    events.onNotesGone(conversation);
  }

  function dropped(conversation: string): void {
    live.drop(conversation);
    events.onGone(conversation);
  }

  return {
    live,
    own: {
      pump() {
        own.pump();
        feed.hasten();
      },
    },
    pump() {
      live.pump();
      feed.hasten();
    },
    tellReads: () => reads.look(),
    hurry(conversation, thread) {
      if (!online) return;
      const behind = threadDocuments(store, conversation, thread).filter((row) => row.n < row.server_n && !live.isLive(row.name));
      if (behind.length > 0) inBackground(catchUp.fetchNow(behind.slice(0, 3).map((row) => row.name)));
    },
    retryNow() {
      feed.connectNow();
      live.probe();
      own.probe();
    },
    pause(paused) {
      catchUp.pause(paused);
      events.onStatus();
    },
    forget(conversation) {
      purgeConversation(store, conversation);
      dropped(conversation);
    },
    firstSync() {
      const current = readSession(store);
      if (!current || current.firstSyncDone) return null;
      return { ...syncProgress(store), paused: catchUp.paused() };
    },
    stop() {
      stopped = true;
      late.stop();
      feed.stop();
      list.stop();
      catchUp.stop();
      reads.stop();
      live.stop();
      own.stop();
      ingest.close();
      api.close();
    },
  };
}
