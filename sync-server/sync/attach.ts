import type { IncomingMessage } from 'node:http';

import { LIMITS } from '#shared/limits.ts';
import { CLOSE, MESSAGE } from '#shared/wire.ts';

import type { Caller } from '../auth/authentication.ts';
import { feedRoutes } from '../http/feed-routes.ts';
import type { Routes } from '../http/http.ts';
import { logRoutes } from '../http/log-routes.ts';
import { readsRoutes } from '../http/reads-routes.ts';
import { notFound } from '../http/routing.ts';
import { createChats } from '../json-clients/chats.ts';
import type { ServerParts, SyncPart } from '../parts.ts';
import { askedTogether } from '../storage/asked.ts';
import { openChat } from '../storage/chats.ts';
import { openCursor } from '../storage/feed-items.ts';
import { readLog, readLogs, type LogPage, type LogPlace } from '../storage/log.ts';
import { listen } from '../storage/notify.ts';
import { findThreadDocuments, openMeDocument, type AskedThread } from '../storage/sockets.ts';
import { actOnChanges } from './changes.ts';
import { Committer } from './committer.ts';
import { startCompaction } from './compaction.ts';
import { DocumentSocket } from './document-socket.ts';
import { createEntrance, type Accept } from './entrance.ts';
import { createFeedHub } from './feed-hub.ts';
import { jsonFrame, step1Frame } from './frames.ts';
import { openNodes, type NodesOptions } from './nodes/nodes.ts';
import { startOpening } from './opening.ts';
import { createRecheck } from './revocation.ts';
import { createRooms } from './rooms.ts';
import type { UpgradeTarget } from './upgrade.ts';

export type SyncOptions = {
  now?: () => number;
  epochEntries?: number;
  epochEntriesMost?: number;
  /** How this node finds the others, and what it missed of them. */
  nodes?: NodesOptions;
  /** How often all sockets' rights are asked for again, should a notice have been lost. */
  recheckMs?: number;
  /** How often each socket is asked whether it is still there; under the 30 s after which stock providers give up. */
  heartbeatMs?: number;
  /** How often logs are compacted, and how many rows they keep. */
  compactMs?: number;
  compactRows?: number;
  /** How often conversations are opened whose job begins. */
  openingMs?: number;
};

const OPENINGS_AT_ONCE = 100;
const PAGES_AT_ONCE = 16;
const DRAIN_RETRY_MS = 2_000;
const STOP_GRACE_MS = 3_000;
/** What it does is done in one transaction or not at all. */
const BACKGROUND_GRACE_MS = 1_000;

/** The sockets of the server: documents and feeds, and the calls that belong to them. */
export async function attachSync(parts: ServerParts, options: SyncOptions = {}): Promise<{ sync: SyncPart; routes: Routes[] }> {
  const { db, log, auth, meters, limits, refused } = parts;
  const now = options.now ?? Date.now;
  const onError = (error: unknown): void => {
    log.error('sync-failed', { reason: error instanceof Error ? error.message : 'unknown' });
  };
  const follow = (audience: string): (() => void) => bus.follow(audience);
  const hub = createFeedHub(db, { follow, now, limits, refused, meters, onError });
  const rooms = createRooms(db, {
    onPresent(shown) {
      const { conversation, thread, person } = shown;
      const state = { ...person, typing: shown.typing ?? false };
      hub.typing({ conversation, thread }, state);
      if (thread === 'all') chats.typing(conversation, state);
      bus.presence(() => hub.streamsOf({ conversation, thread }), shown);
    },
    follow,
    onError,
  });
  const onRaised: Parameters<typeof readsRoutes>[0] = (raised, streams) => {
    rooms.showReads(raised);
    chats.showReads(raised);
    hub.wake(streams);
    bus.reads(raised, streams);
  };
  const linkTo = parts.files.links.sign;
  const chats = createChats({
    db,
    rooms,
    now,
    linkTo,
    follow,
    limits,
    refused,
    onRaised,
    onError,
    submit: (work, bytes) => committer.submit(work, bytes),
  });
  const recheck = createRecheck(db, onError);
  const recheckAll = (): void => recheck(rooms.sockets(), [...hub.sockets], chats.sockets());
  const { redisUrl } = parts;
  const bus = await openNodes({ db, log, redisUrl, rooms, hub, chats, now, onError, ...options.nodes });
  const closeAll = (reason: string): void => {
    for (const socket of rooms.sockets()) socket.close(CLOSE.restarting, reason);
    for (const feed of hub.sockets) feed.close(CLOSE.restarting, reason);
    for (const chat of chats.sockets()) chat.close(CLOSE.restarting, reason);
  };
  const setBack = (): void => {
    parts.timeline.look().then((isAnother) => isAnother && closeAll('set back'), onError);
  };
  const onChange = actOnChanges({ rooms, hub, chats, bus, setBack, recheck });
  const listener = await listen(parts.databaseUrl, log, onChange, () => {
    rooms.grewAll();
    chats.grewAll();
    hub.wakeAll();
    for (const feed of hub.sockets) feed.forget();
    setBack();
    recheckAll();
  });
  const compaction = startCompaction(db, log, { everyMs: options.compactMs ?? 10_000, rows: options.compactRows ?? 300 });
  const opening = startOpening(db, log, { everyMs: options.openingMs ?? 30_000, now });
  const committer = new Committer({
    database: parts.commits,
    log,
    now,
    limits: {
      epochEntries: options.epochEntries ?? LIMITS.epochEntries,
      epochEntriesMost: options.epochEntriesMost ?? LIMITS.epochEntriesMost,
    },
    meters,
    onCommitted(shown) {
      rooms.show(shown);
      compaction.grew(shown.documents.map(({ documentId }) => documentId));
      for (const { thread } of shown.documents) if (thread?.thread === 'all') chats.grew(thread.conversation);
      bus.grew(shown);
      if (!shown.uncertain) return hub.wake(shown.streams);
      hub.wakeAll();
      chats.grewAll();
      bus.unsure();
    },
  });
  const openThread = askedTogether(
    (asked: readonly AskedThread[]) => db.read((reader) => findThreadDocuments(reader, asked)),
    OPENINGS_AT_ONCE,
  );
  const pagesOf = askedTogether((places: readonly LogPlace[]) => db.read((reader) => readLogs(reader, places)), PAGES_AT_ONCE);
  // Long snapshots one a connection: hundreds of them together would fill the memory.
  const pageOf = async (place: LogPlace): Promise<LogPage> =>
    (await pagesOf(place)) ?? db.read((reader) => readLog(reader, place.documentId, place.after));
  let stopped: Promise<void> | null = null;

  async function openSocket(caller: Caller, target: Extract<UpgradeTarget, { kind: 'document' }>, accept: Accept): Promise<void> {
    const { account } = caller;
    const { ref } = target;
    const document = ref && (await (ref.kind === 'me' ? openMeDocument(db, account) : openThread({ account, ref })));
    if (!document) return (await accept())?.close(CLOSE.notParticipant, 'not a participant');
    const socket = await accept(caller);
    if (!socket) return;
    const room = rooms.open(document, ref);
    const opened = new DocumentSocket({
      socket,
      room,
      owner: {
        account,
        name: caller.name,
        role: caller.role,
        lease: caller.device.clientId,
        session: caller.session,
      },
      now,
      submit: (work, bytes) => committer.submit(work, bytes),
      isFull: () => committer.full,
      page: (after) => pageOf({ documentId: document.id, after }),
      onError,
      limits,
      refused,
      onRefused(rule) {
        meters.refused(rule);
        log.info('update-refused', { rule, lease: caller.device.clientId });
      },
    });
    socket.once('close', () => {
      rooms.leave(room);
      if (opened.presence && opened.presence.dropped > 0) log.info('presence-dropped', { count: opened.presence.dropped });
    });
    opened.send(step1Frame(document.clocks));
    // What changed while this was under way was told before the socket could be found.
    recheck([opened], [], []);
  }

  async function openFeed(caller: Caller, after: string | undefined, accept: Accept): Promise<void> {
    const cursor = await db.read((reader) => openCursor(reader, caller, after));
    const socket = await accept(caller);
    if (!socket) return;
    const feed = hub.add(socket, caller, cursor);
    recheck([], [feed], []);
  }

  /** Refused by HTTP status: these clients know no close codes of ours. @throws AppError */
  async function openChatSocket(request: IncomingMessage, number: number, accept: Accept): Promise<void> {
    const caller = await auth.callerOf(request);
    const chat = await db.read((reader) => openChat(reader, caller.account, number));
    if (!chat) throw notFound();
    const socket = await accept(caller);
    if (socket) recheck([], [], [chats.add(socket, caller, chat)]);
  }

  const entrance = createEntrance(parts, {
    now,
    onError,
    rooms: { document: openSocket, feed: openFeed, chat: openChatSocket },
  });
  meters.watch(() => ({
    sockets: { document: rooms.sockets().length, feed: hub.sockets.size, chat: chats.sockets().length },
    documents: rooms.shown().size,
    queue: committer.waiting,
    bus: bus.state(),
  }));

  const timer = setInterval(() => {
    recheckAll();
    chats.grewAll();
  }, options.recheckMs ?? 30_000);
  const pulse = setInterval(() => {
    for (const socket of rooms.sockets()) socket.heartbeat();
    for (const feed of hub.sockets) feed.heartbeat();
    for (const chat of chats.sockets()) chat.heartbeat();
  }, options.heartbeatMs ?? 15_000);

  const sync: SyncPart = {
    accounts: () =>
      new Set([
        ...rooms.sockets().map(({ owner }) => owner.account),
        ...[...hub.sockets].map(({ caller }) => caller.account),
        ...chats.sockets().map(({ owner }) => owner.account),
      ]),
    handleUpgrade: (request, socket, head) => entrance.handleUpgrade(request, socket, head),
    bus: () => bus.state(),
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };

  async function stop(): Promise<void> {
    entrance.stop();
    clearInterval(timer);
    clearInterval(pulse);
    const compacted = compaction.stop(BACKGROUND_GRACE_MS);
    const lastOpened = opening.stop(BACKGROUND_GRACE_MS);
    const drain = jsonFrame(MESSAGE.drain, { retryAfterMs: DRAIN_RETRY_MS });
    for (const socket of rooms.sockets()) socket.send(drain);
    for (const feed of hub.sockets) feed.send({ type: 'drain', retryAfterMs: DRAIN_RETRY_MS });
    await committer.stop(STOP_GRACE_MS);
    closeAll('restarting');
    await compacted;
    await lastOpened;
    await listener.stop();
    await bus.stop();
  }

  return { sync, routes: [logRoutes, feedRoutes, readsRoutes(onRaised)] };
}
