import { AppError } from '#shared/errors.ts';

import { createOwnSync } from '../own/own-sync.ts';
import type { Log } from '../platform.ts';
import type { Outcome } from '../projection/apply.ts';
import { createIngest } from '../projection/ingest.ts';
import { purgeConversation } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import { threadDocuments } from '../storage/documents.ts';
import { readTimeline } from '../storage/offered.ts';
import { readSession } from '../storage/session.ts';
import { createTurns } from '../turns.ts';
import type { ApiClient } from './api-client.ts';
import { createBackground } from './background.ts';
import { createCatchUp } from './catch-up.ts';
import { readColleagues } from './colleagues.ts';
import { compact } from './compact.ts';
import { createConversationList } from './conversation-list.ts';
import type { EngineEvents } from './engine-events.ts';
import { createEngineNews } from './engine-news.ts';
import type { Engine } from './engine-shape.ts';
import { createFeedWriter } from './feed-writer.ts';
import { createFeed } from './feed.ts';
import { createLateDocuments } from './late-documents.ts';
import { createLiveDocuments } from './live-documents.ts';
import { createNameSeeker } from './names.ts';
import { createOffering } from './offering.ts';
import { createPresentTypists } from './present-typists.ts';
import { createReadsTeller } from './reads-teller.ts';
import { createRecovery } from './recovery.ts';
import { createSyncProgress } from './sync-progress.ts';

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

  const session = (): NonNullable<ReturnType<typeof readSession>> => readSession(store)!;
  const me = session().account.id;
  let clientId = session().clientId;

  const { onFailure, run: inBackground, attempt } = createBackground({ log, isStopped: () => stopped });
  const turns = createTurns(() => stopped || attempt(() => store.checkpoint()));
  const syncProgress = createSyncProgress({ store, now: deps.now });

  const news = createEngineNews({
    store,
    me,
    events,
    parts: () => ({ live, catchUp, late }),
    // Where all is kept, the list brings it.
    readAgain: (id) => deps.keepsSince() > 0 && inBackground(recovery.readAgain(id)),
    readColleagues: () => online && inBackground(readColleagues({ store, api, isStopped: () => stopped })),
  });

  const ingest = createIngest({
    store,
    self: () => ({ account: me, clientId }),
    turns,
    isStorageFailure: (error) => error instanceof AppError,
    onBug: (error, document) => {
      log.error('update-not-applied', { document, error: String(error) });
    },
    onChanges(changes) {
      recovery.accepted(changes.accepted);
      live.accepted(changes.accepted);
      if (changes.caughtUp.size > 0) offering.look();
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
    timeline: () => readTimeline(store),
    random: deps.random,
    now: deps.now,
    onUpdate: (name, bytes) => inBackground(ingest.add(name, bytes).then((outcome) => onUpdate(name, bytes, outcome, false))),
    onRefusal: (name, refusal, pending) => inBackground(recovery.refused(name, refusal, pending)),
    onReads: (conversation, reads) => attempt(() => news.readsCame(conversation, reads)),
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
    timeline: () => readTimeline(store),
    random: deps.random,
    log,
    onChanged: (ids) => stopped || events.onMarked(ids),
    onDrafts: (places) => stopped || events.onDrafts(places),
    onSettings: () => stopped || events.onOwnSettings(),
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
    turns,
    since: deps.keepsSince,
    now: deps.now,
    onSetBack(next) {
      log.warn('server-set-back');
      clientId = next;
      live.rebuildAll();
      own.rebuild();
    },
    onPage(ids) {
      offering.look();
      events.onConversations(ids);
      events.onStatus();
      catchUp.look();
    },
    onAccount: news.accountChanged,
    onNotesGone: news.notesGone,
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
    onGone: news.dropped,
    onNotesGone: news.notesGone,
  });

  const offering = createOffering({
    store,
    me,
    now: deps.now,
    onQueued(entries) {
      for (const { conversation, thread, key } of entries) events.onStates(conversation, thread, [key]);
      events.onConversations([...new Set(entries.map(({ conversation }) => conversation))]);
      live.pump();
    },
    onFailure,
  });

  const seekNames = createNameSeeker({
    store,
    api,
    onFound: ({ conversation, thread, key }) => stopped || events.onStates(conversation, thread, [key]),
  });

  const reads = createReadsTeller({ store, api, onFailure });

  const feed = createFeed({
    api,
    turns,
    random: deps.random,
    cursor: () => session().feedCursor,
    timeline: () => readTimeline(store),
    startAgain: () => list.startAgain(),
    onItems: createFeedWriter({
      store,
      turns,
      now: deps.now,
      isStopped: () => stopped,
      onWritten: news.feedChanges,
      onFailure(error) {
        onFailure(error);
        feed.restart();
      },
    }),
    onTyping: ({ conversation, thread, account, name, typing }) => {
      if (account !== me) events.onTyping(conversation, thread, { account, name }, typing);
    },
    onState(state) {
      if (online && state === 'lost') attempt(() => syncProgress.noteSynced());
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

  function progress(): void {
    syncProgress.look();
    events.onStatus();
  }

  async function checkMissing(ids: string[]): Promise<void> {
    for (const id of ids) await recovery.readAgain(id);
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
      news.dropped(conversation);
    },
    firstSync() {
      const first = syncProgress.firstSync();
      return first && { ...first, paused: catchUp.paused() };
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
      offering.stop();
      ingest.close();
      api.close();
    },
  };
}
