import { AppError } from '#shared/errors.ts';
import { parseDocumentName, type ThreadName } from '#shared/ids.ts';
import { isStaff } from '#shared/roles.ts';
import { CLOSE, type Refusal } from '#shared/wire.ts';

import type { Log } from '../platform.ts';
import type { Changes, Outcome } from '../projection/apply.ts';
import { createIngest } from '../projection/ingest.ts';
import {
  purgeConversation,
  putConversation,
  putPerson,
  readConversation,
  refreshConversation,
} from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import { readDocument, resetReplica, syncProgress, threadDocuments } from '../storage/documents.ts';
import { assignDocument, markNotSent, readOutboxEntry } from '../storage/outbox.ts';
import { raiseCursor } from '../storage/reads.ts';
import { readSession, writeSession } from '../storage/session.ts';
import type { ApiClient } from './api-client.ts';
import { createCatchUp } from './catch-up.ts';
import { compact } from './compact.ts';
import { createConversationList } from './conversation-list.ts';
import { applyFeedItems, type FeedChanges } from './feed-items.ts';
import { createFeed, type FeedState } from './feed.ts';
import { createLiveDocuments, type LiveDocuments } from './live-documents.ts';
import { createReadsTeller } from './reads-teller.ts';
import { answerRefusal } from './sender.ts';

/** How long a live socket may take to bring what the feed already told of. */
const LIVE_GRACE_MS = 1_000;

export type EngineEvents = {
  onChanges(changes: Changes): void;
  /** Records, cursors or own entries of these conversations changed. */
  onConversations(ids: string[]): void;
  onGone(conversation: string): void;
  onReadElsewhere(conversation: string, thread: ThreadName, seq: number): void;
  onTyping(conversation: string, thread: ThreadName, person: { account: string; name: string }, typing: boolean): void;
  /** The state of own entries changed without a new row: sending, not sent. */
  onStates(conversation: string, thread: ThreadName, keys: string[]): void;
  onFeed(state: FeedState): void;
  onStatus(): void;
};

/** Everything between this profile and its server while somebody is signed in. */
export type Engine = {
  live: LiveDocuments;
  pump(): void;
  tellReads(): void;
  /** Fetches a thread's documents before others. */
  hurry(conversation: string, thread: ThreadName): void;
  retryNow(): void;
  pause(paused: boolean): void;
  firstSync(): { done: number; total: number; paused: boolean } | null;
  stop(): void;
};

export function createEngine(deps: {
  store: Store;
  api: ApiClient;
  random: () => number;
  now: () => number;
  log: Log;
  events: EngineEvents;
}): Engine {
  const { store, api, events, log } = deps;
  const refusals = new Map<string, number>();
  const typingSeen = new Map<string, Map<string, string>>();
  const graceTimers = new Set<NodeJS.Timeout>();
  let stopped = false;
  let online = false;
  let leasing: Promise<void> | null = null;
  let feedWork: Promise<void> = Promise.resolve();

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
      for (const key of changes.accepted) for (const id of refusals.keys()) if (id.endsWith(key)) refusals.delete(id);
      live.accepted(changes.accepted);
      events.onChanges(changes);
      for (const name of changes.toCompact) inBackground(compact(store, name));
    },
  });

  const onUpdate = (name: string, bytes: Uint8Array, outcome: Outcome, fromLog: boolean): void => {
    if (stopped) return;
    if (fromLog) live.receive(name, bytes);
    if (outcome === 'gap' && !fromLog) inBackground(catchUp.fetchNow([name]));
    if (outcome === 'stranger') {
      log.warn('stranger', { document: name });
      inBackground(renewLease(clientId));
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
    onRefusal: (name, refusal, pending) => inBackground(refused(name, refusal, pending)),
    onReads(conversation, reads) {
      const rose = store.transact(() => {
        const risen = reads.filter((read) => raiseCursor(store, conversation, read.thread, read.account, read.seq, read.at));
        if (risen.length > 0) refreshConversation(store, conversation, me);
        return risen;
      });
      for (const read of rose) if (read.account === me) events.onReadElsewhere(conversation, read.thread, read.seq);
      if (rose.length > 0) events.onConversations([conversation]);
    },
    onTyping(conversation, thread, people) {
      const id = `${conversation}/${thread}`;
      const before = typingSeen.get(id) ?? new Map<string, string>();
      const present = new Map(people.map((person) => [person.account, person.name]));
      typingSeen.set(id, present);
      for (const [account, name] of present) {
        if (account !== me) events.onTyping(conversation, thread, { account, name }, true);
      }
      for (const [account, name] of before) {
        if (!present.has(account)) events.onTyping(conversation, thread, { account, name }, false);
      }
    },
    onSending: (conversation, thread, keys) => events.onStates(conversation, thread, keys),
    onRejected: (name, code) => inBackground(rejected(name, code)),
    onFailure,
  });

  const catchUp = createCatchUp({
    store,
    api,
    ingest,
    isLive: (name) => live.isLive(name),
    onUpdate: (name, bytes, outcome) => onUpdate(name, bytes, outcome, true),
    onProgress: progress,
    onNoAccess: (name) => inBackground(checkAccess(parseDocumentName(name))),
    onFailure,
  });

  const list = createConversationList({
    store,
    api,
    onPage(ids) {
      events.onConversations(ids);
      events.onStatus();
      catchUp.look();
    },
    onMissing: (ids) => inBackground(checkMissing(ids)),
    onFailure,
  });

  const reads = createReadsTeller({ store, api, onFailure });

  const feed = createFeed({
    api,
    random: deps.random,
    cursor: () => session().feedCursor,
    startAgain: () => list.startAgain(),
    onItems(items, cursor) {
      feedWork = feedWork.then(() => (stopped ? undefined : applyFeedItems(store, items, cursor, deps.now(), onFeedChanges)));
      inBackground(feedWork);
    },
    onTyping: ({ conversation, thread, account, name, typing }) => {
      if (account !== me) events.onTyping(conversation, thread, { account, name }, typing);
    },
    onState(state) {
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
      return;
    }
    list.goOn();
    inBackground(readPeople());
    // The sockets take the token that is good last: make sure that it is good now.
    inBackground(api.token().then(() => online && !stopped && live.setOnline(true)));
  }

  function onFeedChanges({ changes, records, gone, documents, read }: FeedChanges): void {
    for (const { conversation } of gone) dropped(conversation);
    for (const one of read) events.onReadElsewhere(one.conversation, one.thread, one.seq);
    events.onChanges(changes);
    events.onConversations([...records]);
    if (documents.length === 0) return;
    catchUp.look();
    const expected = documents.filter((name) => live.isLive(name));
    if (expected.length === 0) return;
    const timer = setTimeout(() => {
      graceTimers.delete(timer);
      const late = expected.filter((name) => {
        const row = readDocument(store, name);
        return row !== undefined && row.n < row.server_n;
      });
      if (late.length > 0 && online) inBackground(catchUp.fetchNow(late));
    }, LIVE_GRACE_MS);
    graceTimers.add(timer);
  }

  function progress(): void {
    const current = readSession(store);
    if (current && !current.firstSyncDone && current.listDone) {
      const { done, total } = syncProgress(store);
      if (done >= total) store.transact(() => writeSession(store, { ...current, firstSyncDone: true }));
    }
    events.onStatus();
  }

  async function readPeople(): Promise<void> {
    if (!isStaff(session().account.role)) return;
    const people = await api.people();
    if (!stopped) store.transact(() => people.forEach((one) => putPerson(store, one.account, one.name, one.role)));
  }

  async function renewLease(used: number): Promise<void> {
    // Somebody else got here first: the lease in question is gone already.
    if (used !== clientId) return;
    leasing ??= (async () => {
      const next = await api.newLease();
      if (stopped) return;
      store.transact(() => writeSession(store, { ...session(), clientId: next }));
      clientId = next;
      log.info('new-lease');
      live.rebuildAll();
    })().finally(() => {
      leasing = null;
    });
    return leasing;
  }

  async function refused(name: string, refusal: Refusal, pending: string[]): Promise<void> {
    log.info('refused', { document: name, rule: refusal.rule, keys: refusal.keys.length, pending: pending.length });
    const ref = parseDocumentName(name);
    if (ref?.kind !== 'thread') return;
    const countOf = (key: string): string => `${refusal.rule} ${key}`;
    for (const key of refusal.keys.length > 0 ? refusal.keys : pending) {
      refusals.set(countOf(key), (refusals.get(countOf(key)) ?? 0) + 1);
    }
    const answer = answerRefusal(refusal, pending, (key) => refusals.get(countOf(key)) ?? 0);
    switch (answer.kind) {
      case 'not-sent':
        store.transact(() => {
          markNotSent(store, answer.keys, answer.rule);
          refreshConversation(store, ref.conversation, me);
        });
        for (const key of answer.keys) refusals.delete(countOf(key));
        events.onStates(ref.conversation, ref.thread, answer.keys);
        break;
      case 'new-lease':
        await catchUp.fetchNow([name]);
        await renewLease(clientId);
        break;
      case 'catch-up':
        await catchUp.fetchNow(threadDocuments(store, ref.conversation, ref.thread).map((row) => row.name));
        break;
      case 'newest-epoch':
        await readAgain(ref.conversation);
        store.transact(() =>
          assignDocument(
            store,
            pending.filter((key) => readOutboxEntry(store, key)),
            null,
          ),
        );
        break;
      case 'reset':
        resetReplica(store, name);
        await catchUp.fetchNow([name]);
        break;
      case 'check-access':
        await checkAccess(ref);
        break;
    }
    if (!stopped) live.rebuild(name);
  }

  async function rejected(name: string, code: number): Promise<void> {
    log.info('socket-rejected', { document: name, code });
    if (code === CLOSE.signIn) {
      api.distrustToken();
      await api.token();
      if (!stopped) live.setOnline(online);
    } else if (code === CLOSE.notParticipant) {
      await checkAccess(parseDocumentName(name));
    } else if (code === CLOSE.replicaRefused || code === CLOSE.unreadable) {
      const count = (refusals.get(`${code} ${name}`) ?? 0) + 1;
      refusals.set(`${code} ${name}`, count);
      if (count > 3) return;
      resetReplica(store, name);
      await catchUp.fetchNow([name]);
      if (!stopped) live.rebuild(name);
    }
  }

  /** The server does not let us in: either we lost access (then the copy goes), or it was about something else. */
  async function checkAccess(ref: ReturnType<typeof parseDocumentName>): Promise<void> {
    if (ref?.kind !== 'thread') return;
    await readAgain(ref.conversation);
  }

  async function readAgain(conversation: string): Promise<void> {
    try {
      const record = await api.conversation(conversation);
      if (stopped) return;
      store.transact(() => putConversation(store, record, me));
      events.onConversations([conversation]);
      catchUp.look();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'not-found') throw error;
      if (stopped || !readConversation(store, conversation)) return;
      purgeConversation(store, conversation);
      dropped(conversation);
    }
  }

  async function checkMissing(ids: string[]): Promise<void> {
    for (const id of ids) await readAgain(id);
  }

  function dropped(conversation: string): void {
    live.drop(conversation);
    events.onGone(conversation);
  }

  return {
    live,
    pump: () => live.pump(),
    tellReads: () => reads.look(),
    hurry(conversation, thread) {
      if (!online) return;
      const behind = threadDocuments(store, conversation, thread).filter((row) => row.n < row.server_n && !live.isLive(row.name));
      if (behind.length > 0) inBackground(catchUp.fetchNow(behind.slice(0, 3).map((row) => row.name)));
    },
    retryNow: () => feed.connectNow(),
    pause(paused) {
      catchUp.pause(paused);
      events.onStatus();
    },
    firstSync() {
      const current = readSession(store);
      if (!current || current.firstSyncDone) return null;
      return { ...syncProgress(store), paused: catchUp.paused() };
    },
    stop() {
      stopped = true;
      for (const timer of graceTimers) clearTimeout(timer);
      feed.stop();
      list.stop();
      catchUp.stop();
      reads.stop();
      live.stop();
      ingest.close();
      api.close();
    },
  };
}
