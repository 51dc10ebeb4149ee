import { once } from 'node:events';

import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as Y from 'yjs';

import type { SessionResponse } from '#shared/api/accounts.ts';
import type { FeedFrame, FeedItem } from '#shared/api/feed.ts';
import { feedFrame } from '#shared/api/feed.ts';
import { THREAD_ROOTS } from '#shared/documents.ts';
import { entryKey, newId } from '#shared/ids.ts';
import { encodeUpdate, valueStruct, type DeleteRange } from '#shared/update-codec.ts';
import { MESSAGE, presenceState, readsPayload, refusalPayload, type PresenceState, type Refusal } from '#shared/wire.ts';

/** Resolves with the first value that isn't `undefined`; asked again whenever something happened. */
class Watch {
  #waiting = new Set<() => void>();

  happened(): void {
    for (const check of this.#waiting) check();
  }

  until<T>(what: string, ask: () => T | undefined | false, ms = 10_000): Promise<T> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`waited ${ms} ms for ${what}`));
      }, ms);
      const check = (): void => {
        const value = ask();
        if (value === undefined || value === false) return;
        clearTimeout(late);
        this.#waiting.delete(check);
        resolve(value);
      };
      this.#waiting.add(check);
      check();
    });
  }
}

/** A client that speaks the protocol by hand, so that a test can also send what no decent client would. */
export class RawClient {
  readonly doc = new Y.Doc();
  readonly session: SessionResponse;
  readonly watch = new Watch();
  /** Every update as it came. */
  readonly updates: Uint8Array[] = [];
  readonly presence = new Map<number, PresenceState>();
  readonly reads: { account: string; seq: number }[] = [];
  largestFrame = 0;
  serverVector: Uint8Array | null = null;
  synced = false;
  draining = false;
  presenceFrames = 0;
  refusal: Refusal | null = null;
  close: number | null = null;
  readonly #socket: WebSocket;

  constructor(url: string, path: string, session: SessionResponse, headers: Record<string, string> = {}, autoPong = true) {
    this.session = session;
    this.#socket = new WebSocket(`${url.replace('http', 'ws')}/sync/${path}`, {
      headers: { authorization: `Bearer ${session.accessToken}`, ...headers },
      autoPong,
    });
    this.#socket.on('message', (data: Buffer) => {
      this.#receive(data);
      this.watch.happened();
    });
    this.#socket.on('close', (code) => {
      this.close = code;
      this.watch.happened();
    });
    this.#socket.on('error', () => this.watch.happened());
  }

  /** Connects and catches up. */
  static async open(url: string, path: string, session: SessionResponse): Promise<RawClient> {
    const client = new RawClient(url, path, session);
    await client.connected();
    client.sync();
    await client.watch.until('synced', () => client.synced);
    return client;
  }

  async connected(): Promise<void> {
    if (this.#socket.readyState !== WebSocket.OPEN) await once(this.#socket, 'open');
  }

  get account(): string {
    return this.session.account.id;
  }

  get lease(): number {
    return this.session.device.clientId;
  }

  sync(stateVector = Y.encodeStateVector(this.doc)): void {
    this.frame(MESSAGE.sync, 0, stateVector);
  }

  sendUpdate(update: Uint8Array): void {
    this.frame(MESSAGE.sync, 2, update);
  }

  frame(type: number, syncType: number, bytes: Uint8Array): void {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, type);
    encoding.writeVarUint(encoder, syncType);
    encoding.writeVarUint8Array(encoder, bytes);
    this.bytes(encoding.toUint8Array(encoder));
  }

  bytes(frame: Uint8Array): void {
    this.#socket.send(frame);
  }

  sendPresence(entries: { client: number; clock: number; state: string }[]): void {
    const body = encoding.createEncoder();
    encoding.writeVarUint(body, entries.length);
    for (const { client, clock, state } of entries) {
      encoding.writeVarUint(body, client);
      encoding.writeVarUint(body, clock);
      encoding.writeVarString(body, state);
    }
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, MESSAGE.awareness);
    encoding.writeVarUint8Array(encoder, encoding.toUint8Array(body));
    this.bytes(encoding.toUint8Array(encoder));
  }

  /** The clock that this device writes under next. */
  get clock(): number {
    return Y.getState(this.doc.store, this.lease);
  }

  key(): string {
    return entryKey(this.account, newId());
  }

  message(text: string, more: Record<string, unknown> = {}): Record<string, unknown> {
    return { kind: 'message', text, sentAt: Date.now(), ...more };
  }

  /** An update of these facts, in order, from the clock of this replica on. Nothing is applied here. */
  factsUpdate(facts: readonly (readonly [key: string, value: unknown])[], deletes: DeleteRange[] = []): Uint8Array {
    return encodeUpdate(
      facts.map(([key, value], index) =>
        valueStruct({ client: this.lease, clock: this.clock + index }, THREAD_ROOTS.entries, key, value),
      ),
      deletes,
    );
  }

  /** Writes a fact as a decent client does, and waits until it is accepted. */
  async write(value: unknown, key = this.key()): Promise<{ key: string; seq: number }> {
    this.send(value, key);
    return { key, seq: await this.accepted(key) };
  }

  send(value: unknown, key = this.key()): string {
    const update = this.factsUpdate([[key, value]]);
    Y.applyUpdate(this.doc, update);
    this.sendUpdate(update);
    return key;
  }

  accepted(key: string): Promise<number> {
    return this.watch.until(`a stamp or a refusal of ${key}`, () => {
      if (this.refusal) throw new Error(`refused: ${this.refusal.rule}`);
      return this.stamp(key)?.[0];
    });
  }

  stamp(key: string): [number, number] | undefined {
    return this.doc.getMap(THREAD_ROOTS.accepted).get(key) as [number, number] | undefined;
  }

  entry(key: string): unknown {
    return this.doc.getMap(THREAD_ROOTS.entries).get(key);
  }

  closed(): Promise<number> {
    return this.watch.until('the close', () => this.close ?? undefined);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #receive(data: Buffer): void {
    this.largestFrame = Math.max(this.largestFrame, data.length);
    const decoder = decoding.createDecoder(data);
    const type = decoding.readVarUint(decoder);
    if (type === MESSAGE.sync) {
      const syncType = decoding.readVarUint(decoder);
      const bytes = decoding.readVarUint8Array(decoder);
      if (syncType === 0) this.serverVector = bytes;
      else {
        if (bytes.length > 2) this.updates.push(bytes);
        Y.applyUpdate(this.doc, bytes);
        if (syncType === 1) this.synced = true;
      }
    } else if (type === MESSAGE.awareness) this.#readPresence(decoding.readVarUint8Array(decoder));
    else if (type === MESSAGE.refusal) this.refusal = refusalPayload.parse(JSON.parse(decoding.readVarString(decoder)));
    else if (type === MESSAGE.reads) this.reads.push(...readsPayload.parse(JSON.parse(decoding.readVarString(decoder))));
    else if (type === MESSAGE.drain) this.draining = true;
    else throw new Error(`a message of type ${type}`);
  }

  #readPresence(bytes: Uint8Array): void {
    this.presenceFrames++;
    const decoder = decoding.createDecoder(bytes);
    for (let left = decoding.readVarUint(decoder); left > 0; left--) {
      const client = decoding.readVarUint(decoder);
      decoding.readVarUint(decoder);
      const state: unknown = JSON.parse(decoding.readVarString(decoder));
      if (state === null) this.presence.delete(client);
      else this.presence.set(client, presenceState.parse(state));
    }
  }
}

/** A feed over its WebSocket. */
export class FeedClient {
  readonly watch = new Watch();
  readonly frames: FeedFrame[] = [];
  close: number | null = null;
  readonly #socket: WebSocket;

  constructor(url: string, session: SessionResponse, after?: string) {
    const query = after === undefined ? '' : `?after=${after}`;
    this.#socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/feed${query}`, {
      headers: { authorization: `Bearer ${session.accessToken}` },
    });
    this.#socket.on('message', (data: Buffer) => {
      this.frames.push(feedFrame.parse(JSON.parse(data.toString())));
      this.watch.happened();
    });
    this.#socket.on('close', (code) => {
      this.close = code;
      this.watch.happened();
    });
    this.#socket.on('error', () => this.watch.happened());
  }

  static async open(url: string, session: SessionResponse, after?: string): Promise<FeedClient> {
    const client = new FeedClient(url, session, after);
    await client.watch.until('live', () => client.frames.some(({ type }) => type === 'live'));
    return client;
  }

  get items(): FeedItem[] {
    return this.frames.flatMap((frame) => (frame.type === 'items' ? frame.items : []));
  }

  get cursor(): string {
    const frame = this.frames.findLast((frame) => frame.type === 'items' || frame.type === 'live');
    return (frame as { cursor: string }).cursor;
  }

  /** A client has nothing to say to a feed: for those that do. */
  bytes(frame: Uint8Array): void {
    this.#socket.send(frame);
  }

  closed(): Promise<number> {
    return this.watch.until('the close', () => this.close ?? undefined);
  }

  terminate(): void {
    this.#socket.terminate();
  }
}
