import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { Awareness } from 'y-protocols/awareness';
import * as syncProtocol from 'y-protocols/sync';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { z } from 'zod';

import { ME_ROOT, SYSTEM_CLIENT_ID, THREAD_ROOTS } from '#shared/documents.ts';
import { decodeUpdate, encodeStateVector, encodeUpdate, valueStruct, type ValueStruct } from '#shared/update-codec.ts';
import {
  CLOSE,
  drainPayload,
  MESSAGE,
  presenceState,
  readsPayload,
  refusalPayload,
  type PresenceState,
  type Refusal,
} from '#shared/wire.ts';

import type { Store } from '../storage/database.ts';
import { createRetry } from './backoff.ts';
import { loadClocks } from './replica.ts';
import { LiveSocket } from './socket.ts';

const ME = 'me';

export type LiveDocumentEvents = {
  /** A committed update, as it came. */
  onUpdate(bytes: Uint8Array): void;
  /** All that the server had is here: entries may be written. */
  onSynced(): void;
  onRefusal(refusal: Refusal): void;
  onReads(reads: z.infer<typeof readsPayload>): void;
  onTyping(people: PresenceState[]): void;
  /** A frame that makes no sense. */
  onUnreadable(error: unknown): void;
  /** 4401: the token is no good. 4403, 4409 …: don't come back by itself; the document is stopped. */
  onRejected(code: number): void;
};

/** A document in memory with a socket: the stock provider, given our leased client id, our token and our own reconnects. */
export type LiveDocument = {
  /** Entries may be put into it. */
  synced(): boolean;
  /** How far the document is, in clocks of the server. */
  n(): number;
  /** Puts entries under the next own clocks and sends them. */
  write(entries: { key: string; fact: unknown }[]): void;
  /** Sets keys of the person's own document, and sends that. Returns the own clock behind it. */
  set(entries: { key: string; value: unknown }[]): number;
  /** The server has these. */
  acknowledged(keys: readonly string[]): void;
  /** A committed update that came another way (the log). */
  receive(bytes: Uint8Array): void;
  setTyping(typing: boolean): void;
  /** The network is there: connect, at once. */
  setOnline(online: boolean): void;
  /** Whether the socket still answers is asked now rather than with the next heartbeat. */
  probe(): void;
  destroy(): void;
};

export async function openLiveDocument(deps: {
  store: Store;
  name: string;
  clientId: number;
  server: string;
  token: () => string;
  /** The server's history that the replica is of. */
  timeline: () => string | null;
  random: () => number;
  online: boolean;
  /** Fills the document; with how far a thread's replica goes, unless given. */
  load?: (doc: Y.Doc) => unknown;
  events: LiveDocumentEvents;
}): Promise<LiveDocument> {
  const { store, name, events } = deps;
  const doc = new Y.Doc({ gc: true });
  await (deps.load ?? ((into) => loadClocks(store, name, into)))(doc);
  // Before provider and awareness are made: awareness does not follow a later change, and the provider then throws.
  doc.clientID = deps.clientId;
  const awareness = new Awareness(doc);
  awareness.setLocalState(null);

  let alive: (() => void) | null = null;
  let socket: LiveSocket | null = null;
  class ProviderSocket extends LiveSocket {
    constructor(url: string) {
      super(url, deps.token(), () => alive?.());
      // oxlint-disable-next-line typescript/no-this-alias, unicorn/no-this-assignment -- the provider makes its socket and keeps it to itself
      socket = this;
    }
  }
  const provider = new WebsocketProvider(`${deps.server.replace(/^http/, 'ws')}/sync`, name, doc, {
    connect: false,
    awareness,
    disableBc: true,
    params: paramsOf(deps.timeline()),
    WebSocketPolyfill: ProviderSocket as unknown as typeof WebSocket,
    // Its own back-off has no jitter and takes 4429 as final; `closed` below decides.
    shouldReconnect: () => false,
  });
  // One listener of the process a document, for a farewell that the closing socket says too.
  process.off('exit', provider._exitHandler);
  // Else it closes sockets of threads in which nobody writes for 30 s: pings don't count for it.
  alive = () => {
    provider.wsLastMessageReceived = Date.now();
  };

  const retry = createRetry(deps.random);
  /** Own entries under way, with their clocks. */
  const unacknowledged = new Map<string, number>();
  let online = deps.online;
  let destroyed = false;
  let drainMs: number | null = null;

  const receive = (bytes: Uint8Array): void => {
    // Of the provider's origin: it does not send it back.
    applyAsLocal(doc, bytes, provider);
  };

  /** Whatever a frame holds, it must not end the process: what can't be read closes this document until it is made anew. */
  const guarded = (handler: (typeof provider.messageHandlers)[number]): (typeof provider.messageHandlers)[number] => {
    return (...frame) => {
      try {
        handler(...frame);
      } catch (error) {
        events.onUnreadable(error);
      }
    };
  };
  const awarenessHandler = provider.messageHandlers[MESSAGE.awareness]!;
  provider.messageHandlers[MESSAGE.awareness] = guarded(awarenessHandler);
  provider.messageHandlers[MESSAGE.sync] = guarded((encoder, decoder, _provider, emitSynced) => {
    const kind = decoding.readVarUint(decoder);
    if (kind === syncProtocol.messageYjsSyncStep1) {
      encoding.writeVarUint(encoder, MESSAGE.sync);
      encoding.writeVarUint(encoder, syncProtocol.messageYjsSyncStep2);
      encoding.writeVarUint8Array(encoder, missing(decoding.readVarUint8Array(decoder)));
      return;
    }
    const bytes = decoding.readVarUint8Array(decoder).slice();
    receive(bytes);
    events.onUpdate(bytes);
    if (kind === syncProtocol.messageYjsSyncStep2 && emitSynced) provider.synced = true;
  });
  const onJson = <T>(type: number, schema: z.ZodType<T>, listener: (payload: T) => void): void => {
    provider.messageHandlers[type] = guarded((_encoder, decoder) => {
      listener(schema.parse(JSON.parse(decoding.readVarString(decoder))));
    });
  };
  onJson(MESSAGE.refusal, refusalPayload, (refusal) => events.onRefusal(refusal));
  onJson(MESSAGE.reads, readsPayload, (reads) => events.onReads(reads));
  onJson(MESSAGE.drain, drainPayload, (drain) => {
    drainMs = drain.retryAfterMs;
  });

  provider.on('sync', (synced: boolean) => {
    if (!synced || destroyed) return;
    retry.succeeded();
    resend();
    events.onSynced();
  });
  provider.on('connection-close', (event: { code: number } | null) => {
    // What the provider does by itself after a close that was local: nothing. We come back below.
    provider.shouldConnect = false;
    if (destroyed) return;
    const status = socket?.rejected ?? null;
    const code = event?.code ?? 1006;
    if (code === CLOSE.signIn || status === 401) events.onRejected(CLOSE.signIn);
    else if (status === 403 || status === 404) return events.onRejected(CLOSE.notParticipant);
    else if (code >= 4400 && code < 4500 && code !== CLOSE.tooFast) return events.onRejected(code);
    if (!online) return;
    drainMs ??= socket?.retryAfterMs ?? null;
    if (drainMs !== null) retry.hinted(drainMs, connect);
    else retry.failed(connect);
    drainMs = null;
  });
  awareness.on('change', () => {
    const people = [...awareness.getStates()].flatMap(([client, state]) => {
      const presence = presenceState.safeParse(state);
      return client !== doc.clientID && presence.success && presence.data.typing ? [presence.data] : [];
    });
    events.onTyping(people);
  });

  /** What a server with this state vector lacks. Of a thread only what was written here: all else came from there. */
  function missing(stateVector: Uint8Array): Uint8Array {
    const update = Y.encodeStateAsUpdate(doc, stateVector);
    return name === ME ? update : valuesOf(update);
  }

  /** What was written before a connection broke may not have come through; the server knows a resend by its clock. */
  function resend(): void {
    if (unacknowledged.size === 0 || provider.ws === null) return;
    const known = Y.decodeStateVector(Y.encodeStateVector(doc));
    known.set(doc.clientID, Math.min(...unacknowledged.values()));
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, MESSAGE.sync);
    syncProtocol.writeUpdate(encoder, missing(encodeStateVector(known)));
    provider.ws.send(encoding.toUint8Array(encoder));
  }

  function connect(): void {
    if (!destroyed && online) provider.connect();
  }
  connect();

  return {
    synced: () => provider.synced && provider.wsconnected,
    n: () => Y.getState(doc.store, SYSTEM_CLIENT_ID),
    write(entries) {
      const first = Y.getState(doc.store, doc.clientID);
      const update = encodeUpdate(
        entries.map((entry, index) =>
          valueStruct({ client: doc.clientID, clock: first + index }, THREAD_ROOTS.entries, entry.key, entry.fact),
        ),
      );
      for (const [index, entry] of entries.entries()) unacknowledged.set(entry.key, first + index);
      applyAsLocal(doc, update, 'outbox');
    },
    set(entries) {
      const first = Y.getState(doc.store, doc.clientID);
      for (const { key } of entries) unacknowledged.set(key, first);
      doc.transact(() => {
        for (const { key, value } of entries) doc.getMap(ME_ROOT).set(key, value);
      }, 'outbox');
      return Y.getState(doc.store, doc.clientID);
    },
    acknowledged: (keys) => keys.forEach((key) => unacknowledged.delete(key)),
    receive,
    setTyping(typing) {
      if (provider.wsconnected || !typing) awareness.setLocalState(typing ? { typing: true } : null);
    },
    setOnline(next) {
      online = next;
      if (!online) return;
      retry.cancel();
      connect();
    },
    probe: () => socket?.probe(),
    destroy() {
      destroyed = true;
      retry.cancel();
      provider.destroy();
      awareness.destroy();
      doc.destroy();
    },
  };
}

function paramsOf(timeline: string | null): Record<string, string> {
  return timeline === null ? {} : { timeline };
}

/**
 * Yjs gives a document another client id when structs of its own arrive from outside (ours do: written by hand, after a
 * crash, from a copied profile). Not in a local transaction, and `applyUpdate` makes it one that isn't.
 */
function applyAsLocal(doc: Y.Doc, update: Uint8Array, origin: unknown): void {
  doc.transact((transaction) => {
    Y.applyUpdate(doc, update, origin);
    transaction.local = true;
  }, origin);
}

/** Without what stands for the rest of a replica, and without the delete set, which Yjs adds whole: the server has all of it. */
function valuesOf(update: Uint8Array): Uint8Array {
  return encodeUpdate(decodeUpdate(update).structs.filter((struct): struct is ValueStruct => struct.kind === 'value'));
}
