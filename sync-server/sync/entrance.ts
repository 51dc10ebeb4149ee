import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { WebSocketServer, type WebSocket } from 'ws';

import { AppError } from '#shared/errors.ts';
import { LIMITS } from '#shared/limits.ts';
import { CLOSE, MESSAGE } from '#shared/wire.ts';

import type { Caller } from '../auth/authentication.ts';
import { isOriginAllowed } from '../auth/origins.ts';
import type { SocketKind } from '../metrics/meters.ts';
import type { ServerParts } from '../parts.ts';
import { createAdmission } from './admission.ts';
import { jsonFrame } from './frames.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { ServerSocket } from './server-socket.ts';
import { closeAt } from './sign-in-ends.ts';
import { callerOfUpgrade, readUpgrade, type UpgradeTarget } from './upgrade.ts';

/** Answers the upgrade, for as long as the caller's sign-in lasts; `null` when there is no socket: it was told why, or is gone. */
export type Accept = (caller?: Caller) => Promise<WebSocket | null>;

/** What is behind the door. */
export type Rooms = {
  document(caller: Caller, target: Extract<UpgradeTarget, { kind: 'document' }>, accept: Accept): Promise<void>;
  feed(caller: Caller, after: string | undefined, accept: Accept): Promise<void>;
  /** Asks by itself who calls: it is refused by HTTP status. @throws AppError */
  chat(request: IncomingMessage, number: number, accept: Accept): Promise<void>;
};

export type Entrance = {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** From here on everybody is told to come to another node, or later. */
  stop(): void;
};

/** A node that has no room left for somebody has it again when others left. */
const FULL_RETRY_MS = 20_000;
const CLOSE_MS = 3_000;

/** Where all sockets come in: who they are, whether there is room, and which code or status they go with. */
export function createEntrance(
  parts: ServerParts,
  { now, onError, rooms }: { now: () => number; onError: (error: unknown) => void; rooms: Rooms },
): Entrance {
  const { auth, log, limits, meters, refused, addresses, strangers } = parts;
  // Above the limit of an update: what is somewhat too large is answered with a refusal before its close. Nothing is unpacked: a
  // few bytes could become gigabytes.
  const maxPayload = 2 * LIMITS.updateBytes;
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    clientTracking: false,
    maxPayload,
    WebSocket: ServerSocket,
  });
  const admission = createAdmission({ limits, refused, now });
  meters.watch(() => ({ openings: admission.state() }));
  const accepted = new WeakSet<Duplex>();
  let stopping = false;

  /** Over by the time that it is given up, whatever Postgres does. */
  async function enter(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const asked = readUpgrade(request);
    if (!asked) throw new AppError('not-found', 'There is nothing here.');
    if (!isOriginAllowed(request, parts.allowedOrigins)) throw new AppError('forbidden', 'This page may not connect here.');
    const address = addresses.of(request);
    const leave = await admission.enter(address);
    try {
      if (!socket.destroyed && socket.writable) await open(address);
    } finally {
      leave();
    }

    async function open(from: string): Promise<void> {
      const accept: Accept = (caller) => answer({ request, socket, head }, { kind: asked!.target.kind, address: from, caller });
      if (stopping) return void (await accept());
      const { target, ticket, timeline } = asked!;
      if (target.kind === 'chat') {
        return rooms.chat(request, target.number, accept).catch((error: unknown) => {
          if (error instanceof AppError && error.code === 'sign-in-required') admission.wasNobody(from);
          throw error;
        });
      }
      const caller = await callerOfUpgrade(auth, request, ticket);
      // Accepted and closed at once: a browser, and y-websocket, see a close code and never an HTTP status.
      if (!caller) {
        admission.wasNobody(from);
        const nobody = await accept();
        return nobody ? dismiss(nobody, CLOSE.signIn, 'sign in again') : undefined;
      }
      if (timeline !== null && timeline !== parts.timeline.id()) {
        // Its replica is of a history that this database doesn't have: the list of conversations tells of the one that it has.
        if (target.kind === 'document') return (await accept())?.close(CLOSE.tryLater, 'another timeline');
        throw new AppError('gone', 'This server was set back to a backup. Everything is compared anew; nothing is lost.');
      }
      if (target.kind === 'document') return rooms.document(caller, target, accept);
      return rooms.feed(caller, target.after, accept);
    }
  }

  type Upgrade = { request: IncomingMessage; socket: Duplex; head: Buffer };
  type Who = { kind: SocketKind; address: string; caller: Caller | undefined };

  function answer({ request, socket, head }: Upgrade, { kind, address, caller }: Who): Promise<WebSocket | null> {
    return new Promise((resolve) => {
      const gone = (): void => resolve(null);
      if (socket.destroyed || !socket.writable) return gone();
      // Also what isn't accepted after all, for a header that is wrong.
      socket.once('close', gone);
      server.handleUpgrade(request, socket, head, (opened) => {
        accepted.add(socket);
        socket.off('close', gone);
        note(opened, kind);
        if (caller) strangers.known(request.socket);
        // Also when the stop began while this one waited for the database: nobody would close it any more.
        if (stopping) opened.close(CLOSE.restarting, 'restarting');
        else if (caller?.until) closeAt(opened, caller.until, now());
        resolve(stopping || (caller && !occupy(opened, { kind, address, caller })) ? null : opened);
      });
    });
  }

  function occupy(socket: WebSocket, { kind, address, caller }: Who & { caller: Caller }): boolean {
    const leave = admission.occupy(address, caller.account);
    if (leave) {
      socket.once('close', leave);
      return true;
    }
    tellLater(socket, kind, Math.round(FULL_RETRY_MS * (1 + Math.random())));
    dismiss(socket, CLOSE.tryLater, 'too many connections');
    return false;
  }

  function note(socket: WebSocket, kind: SocketKind): void {
    const openedAt = now();
    socket.on('error', () => {}); // its close follows
    socket.once('close', (code: number) => {
      meters.closed(kind, code);
      log.info('socket-closed', { kind, code, seconds: Math.round((now() - openedAt) / 1_000) });
    });
  }

  return {
    handleUpgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      const fail = (error: unknown): void => {
        if (error instanceof AppError) return refuseUpgrade(socket, error);
        // What still waits for the database while it is closed fails; whoever asked is cut off anyway.
        if (!stopping) onError(error);
        refuseUpgrade(socket, new AppError('internal', 'Something went wrong here. Try again.'));
      };
      let given = false;
      const late = setTimeout(() => {
        if (accepted.has(socket)) return;
        given = true;
        refused('opening-time');
        const text = 'The server is too busy just now. Nothing is lost; try again.';
        refuseUpgrade(socket, new AppError('unavailable', text, { retryAfterMs: 2_000, limit: 'opening-time' }));
      }, limits.openingMs);
      // Once it is a socket it is the socket's own matter.
      const inTime = (): void => clearTimeout(late);
      enter(request, socket, head)
        .catch((error: unknown) => {
          if (!given) fail(error);
        })
        .finally(inTime);
    },
    stop() {
      stopping = true;
    },
  };
}

/** Who was accepted to be told why they can't stay, and doesn't go. */
function dismiss(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  const patience = setTimeout(() => socket.terminate(), CLOSE_MS);
  socket.once('close', () => clearTimeout(patience));
}

/** As each kind of client understands it. */
function tellLater(socket: WebSocket, kind: SocketKind, retryAfterMs: number): void {
  if (kind === 'document') socket.send(jsonFrame(MESSAGE.drain, { retryAfterMs }));
  else if (kind === 'feed') socket.send(JSON.stringify({ type: 'drain', retryAfterMs }));
  else {
    const message = 'You have too many connections open here. Close some, or come back later.';
    socket.send(JSON.stringify({ type: 'error', code: 'too-many-requests', message }));
  }
}
