import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { WebSocketServer, type WebSocket } from 'ws';

import { AppError } from '#shared/errors.ts';
import { parseDocumentName } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';
import { CLOSE, MESSAGE } from '#shared/wire.ts';

import type { Caller } from '../auth/authentication.ts';
import { isOriginAllowed } from '../auth/origins.ts';
import { feedRoutes } from '../http/feed-routes.ts';
import type { Routes } from '../http/http.ts';
import { logRoutes } from '../http/log-routes.ts';
import { readsRoutes } from '../http/reads-routes.ts';
import { notFound } from '../http/routing.ts';
import { createChats } from '../json-clients/chats.ts';
import type { ServerParts, SyncPart } from '../parts.ts';
import { openChat } from '../storage/chats.ts';
import { openCursor } from '../storage/feed-items.ts';
import { readLog, stateVector } from '../storage/log.ts';
import { listen, type Change } from '../storage/notify.ts';
import { openDocument } from '../storage/sockets.ts';
import { createLocalBus, type Bus } from './bus.ts';
import { Committer } from './committer.ts';
import { startCompaction } from './compaction.ts';
import { DocumentSocket } from './document-socket.ts';
import { createFeedHub } from './feed-hub.ts';
import { jsonFrame, step1Frame } from './frames.ts';
import { startOpening } from './opening.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { closeRevoked } from './revocation.ts';
import { createRooms } from './rooms.ts';
import { ServerSocket } from './server-socket.ts';
import { closeAt } from './sign-in-ends.ts';
import { callerOfUpgrade, readUpgrade, type UpgradeTarget } from './upgrade.ts';

export type SyncOptions = {
  now?: () => number;
  epochEntries?: number;
  epochEntriesMost?: number;
  bus?: Bus;
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

/** Answers the upgrade, for as long as the caller's sign-in lasts; `null` when the server stops, which the other side is told. */
type Accept = (caller?: Caller) => Promise<WebSocket | null>;

const DRAIN_RETRY_MS = 2_000;
const STOP_GRACE_MS = 3_000;
/** What it does is done in one transaction or not at all. */
const COMPACTION_GRACE_MS = 1_000;

/** The sockets of the server: documents and feeds, and the calls that belong to them. */
export async function attachSync(parts: ServerParts, options: SyncOptions = {}): Promise<{ sync: SyncPart; routes: Routes[] }> {
  const { db, log, auth } = parts;
  const now = options.now ?? Date.now;
  const onError = (error: unknown): void => {
    log.error('sync-failed', { reason: error instanceof Error ? error.message : 'unknown' });
  };
  const hub = createFeedHub(db, onError);
  const rooms = createRooms(
    db,
    (ref, state) => {
      if (ref.kind === 'me') return;
      hub.typing({ conversation: ref.conversation, thread: ref.thread }, state);
      if (ref.thread === 'all') chats.typing(ref.conversation, state);
    },
    onError,
  );
  const onRaised: Parameters<typeof readsRoutes>[0] = (raised, streams) => {
    rooms.showReads(raised);
    chats.showReads(raised);
    hub.wake(streams);
  };
  const linkTo = parts.files.links.sign;
  const chats = createChats({
    db,
    rooms,
    now,
    linkTo,
    onRaised,
    onError,
    submit: (work, bytes) => committer.submit(work, bytes),
  });
  const recheck = (documents = rooms.sockets(), feeds = [...hub.sockets], others = chats.sockets()): void => {
    closeRevoked(db, documents, feeds, others).catch(onError);
  };
  const listener = await listen(parts.databaseUrl, log, onChange, () => {
    rooms.grewAll();
    chats.grewAll();
    hub.wakeAll();
    for (const feed of hub.sockets) feed.forget();
    recheck();
  });
  const compaction = startCompaction(db, log, { everyMs: options.compactMs ?? 10_000, rows: options.compactRows ?? 300 });
  const opening = startOpening(db, log, { everyMs: options.openingMs ?? 30_000, now });
  const bus = options.bus ?? createLocalBus();
  const unsubscribe = bus.subscribe(({ documentId, n, thread }) => {
    rooms.grew(documentId, n);
    if (thread?.thread === 'all') chats.grew(thread.conversation);
  });
  const committer = new Committer({
    database: db,
    log,
    now,
    limits: {
      epochEntries: options.epochEntries ?? LIMITS.epochEntries,
      epochEntriesMost: options.epochEntriesMost ?? LIMITS.epochEntriesMost,
    },
    onCommitted(shown) {
      rooms.show(shown);
      compaction.grew(shown.documents.map(({ documentId }) => documentId));
      bus.publish(shown.documents);
      if (!shown.uncertain) return hub.wake(shown.streams);
      hub.wakeAll();
      chats.grewAll();
    },
  });
  // Above the limit of an update: what is somewhat too large is answered with a refusal before its close.
  const maxPayload = 2 * LIMITS.updateBytes;
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload, WebSocket: ServerSocket });
  let stopping = false;
  let stopped: Promise<void> | null = null;

  function onChange(change: Change): void {
    switch (change.kind) {
      case 'access':
        hub.forgetAudience(change.conversation);
        for (const feed of hub.sockets) if (feed.caller.account === change.account) feed.forget();
        return recheck(
          rooms.sockets().filter(({ owner }) => owner.account === change.account),
          [],
          chats.sockets().filter(({ owner }) => owner.account === change.account),
        );
      case 'session':
        return recheck(
          rooms.sockets().filter(({ owner }) => owner.session === change.session),
          [...hub.sockets].filter(({ caller }) => caller.session === change.session),
          chats.sockets().filter(({ session }) => session === change.session),
        );
      case 'account':
        hub.forgetAudience();
        return recheck(
          rooms.sockets().filter(({ owner }) => owner.account === change.account),
          [...hub.sockets].filter(({ caller }) => caller.account === change.account),
          chats.sockets().filter(({ owner }) => owner.account === change.account),
        );
      case 'file':
        return chats.refused(change);
      case 'feed':
        return hub.wake(change.streams);
      case 'document':
        rooms.grewByName(change.document);
        return grewElsewhere(change.document);
    }
  }

  /** What the command line wrote. */
  function grewElsewhere(document: string): void {
    const ref = parseDocumentName(document);
    if (ref?.kind === 'thread' && ref.thread === 'all') chats.grew(ref.conversation);
  }

  async function openSocket(caller: Caller, target: Extract<UpgradeTarget, { kind: 'document' }>, accept: Accept): Promise<void> {
    const document = target.ref && (await openDocument(db, caller.account, target.ref));
    if (!document || !target.ref) return (await accept())?.close(CLOSE.notParticipant, 'not a participant');
    const clocks = await db.read((reader) => stateVector(reader, document.id));
    const socket = await accept(caller);
    if (!socket) return;
    const room = rooms.open(document, target.ref);
    const opened = new DocumentSocket({
      socket,
      room,
      owner: {
        account: caller.account,
        name: caller.name,
        role: caller.role,
        lease: caller.device.clientId,
        session: caller.session,
      },
      now,
      submit: (work, bytes) => committer.submit(work, bytes),
      isFull: () => committer.full,
      page: (after) => db.read((reader) => readLog(reader, document.id, after)),
      onError,
      onRefused: (rule) => log.info('update-refused', { rule, lease: caller.device.clientId }),
    });
    socket.once('close', () => {
      rooms.leave(room);
      if (opened.presence && opened.presence.dropped > 0) log.info('presence-dropped', { count: opened.presence.dropped });
    });
    opened.send(step1Frame(clocks));
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

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const asked = readUpgrade(request);
    if (!asked) return refuseUpgrade(socket, new AppError('not-found', 'There is nothing here.'));
    if (!isOriginAllowed(request, parts.allowedOrigins)) {
      return refuseUpgrade(socket, new AppError('forbidden', 'This page may not connect here.'));
    }
    const accept: Accept = (caller) =>
      new Promise((resolve) => {
        server.handleUpgrade(request, socket, head, (accepted) => {
          // Also when the stop began while this one waited for the database: nobody would close it any more.
          if (stopping) accepted.close(CLOSE.restarting, 'restarting');
          else if (caller?.until) closeAt(accepted, caller.until, now());
          resolve(stopping ? null : accepted);
        });
      });
    if (stopping) return void (await accept());
    if (asked.target.kind === 'chat') return openChatSocket(request, asked.target.number, accept);
    const caller = await callerOfUpgrade(auth, request, asked.ticket);
    // Accepted and closed at once: a browser, and y-websocket, see a close code and never an HTTP status.
    if (!caller) return (await accept())?.close(CLOSE.signIn, 'sign in again');
    if (asked.target.kind === 'document') await openSocket(caller, asked.target, accept);
    else await openFeed(caller, asked.target.after, accept);
  }

  const timer = setInterval(() => {
    recheck();
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
    handleUpgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      upgrade(request, socket, head).catch((error: unknown) => {
        if (error instanceof AppError) return refuseUpgrade(socket, error);
        // What still waits for the database while it is closed fails; whoever asked is cut off anyway.
        if (!stopping) onError(error);
        refuseUpgrade(socket, new AppError('internal', 'Something went wrong here. Try again.'));
      });
    },
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };

  async function stop(): Promise<void> {
    stopping = true;
    clearInterval(timer);
    clearInterval(pulse);
    const compacted = compaction.stop(COMPACTION_GRACE_MS);
    const lastOpened = opening.stop();
    const drain = jsonFrame(MESSAGE.drain, { retryAfterMs: DRAIN_RETRY_MS });
    for (const socket of rooms.sockets()) socket.send(drain);
    for (const feed of hub.sockets) feed.send({ type: 'drain', retryAfterMs: DRAIN_RETRY_MS });
    await committer.stop(STOP_GRACE_MS);
    for (const socket of rooms.sockets()) socket.close(CLOSE.restarting, 'restarting');
    for (const feed of hub.sockets) feed.close(CLOSE.restarting, 'restarting');
    for (const chat of chats.sockets()) chat.close(CLOSE.restarting, 'restarting');
    unsubscribe();
    await compacted;
    await lastOpened;
    await listener.stop();
  }

  return { sync, routes: [logRoutes, feedRoutes, readsRoutes(onRaised)] };
}
