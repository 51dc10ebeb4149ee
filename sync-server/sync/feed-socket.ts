import type { WebSocket } from 'ws';

import type { FeedFrame } from '#shared/api/feed.ts';
import { LIMITS } from '#shared/limits.ts';
import { CLOSE } from '#shared/wire.ts';

import type { Caller } from '../auth/authentication.ts';
import type { ServerLimits } from '../limits.ts';
import type { Meters } from '../metrics/meters.ts';
import type { Refusals } from '../refusals.ts';
import type { Database } from '../storage/database.ts';
import { encodeCursor, type FeedCursor } from '../storage/feed-cursor.ts';
import { conversationsLeft, itemsFor, type StreamPage } from '../storage/feed-items.ts';
import { boundFrames } from './bound-frames.ts';

export type FeedSocketOptions = {
  socket: WebSocket;
  caller: Caller;
  db: Database;
  cursor: FeedCursor;
  /** Shared by all who read the same place of the same stream at once. */
  page(stream: string, after: number): Promise<StreamPage>;
  now: () => number;
  limits: ServerLimits;
  refused: Refusals;
  meters: Pick<Meters, 'fed'>;
  onEnd(): void;
  onError(error: unknown): void;
};

const SLOW_BYTES = 1024 * 1024;

/** One client's feed. Everything it is told is read from the stream after its cursor, so nothing is missed or told out of order. */
export class FeedSocket {
  readonly caller: Caller;
  readonly #options: FeedSocketOptions;
  readonly #socket: WebSocket;
  readonly #cursor: FeedCursor;
  #left: Set<string> | null = null;
  #pumping = false;
  #again = false;
  #live = false;
  #closed = false;
  #answered = true;
  /** Since when there is something that was not told. */
  #wokenAt: number | null = null;

  constructor(options: FeedSocketOptions) {
    this.#options = options;
    this.caller = options.caller;
    this.#socket = options.socket;
    this.#cursor = new Map(options.cursor);
    boundFrames(this.#socket, options, () => {
      if (this.#closed) return;
      options.refused('frames');
      this.close(CLOSE.tooFast, 'too fast');
    });
    // The client has nothing to say here; what it sends is read and dropped.
    this.#socket.on('message', () => {});
    this.#socket.on('pong', () => {
      this.#answered = true;
    });
    this.#socket.on('close', () => this.#ended());
    // A close follows each error, and is where it is dealt with.
    this.#socket.on('error', () => {});
    this.wake();
  }

  get streams(): string[] {
    return [...this.#cursor.keys()];
  }

  /** Which conversations are not to be told may have changed. */
  forget(): void {
    this.#left = null;
  }

  leftOut(conversation: string): boolean {
    return this.#left?.has(conversation) ?? true;
  }

  /** Whether rows up to there were not told, and aren't being told just now. */
  isBehind(stream: string, newest: number): boolean {
    return !this.#pumping && (this.#cursor.get(stream) ?? 0) < newest;
  }

  /** There may be more to tell. */
  wake(): void {
    this.#again = true;
    this.#wokenAt ??= performance.now();
    if (this.#pumping || this.#closed) return;
    this.#pumping = true;
    this.#pump().catch((error: unknown) => {
      // It was closed meanwhile, with the server and its database perhaps: there is nobody whom this fails.
      if (this.#closed) return;
      this.#options.onError(error);
      this.close(CLOSE.tryLater, 'try later');
    });
  }

  async #pump(): Promise<void> {
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        const wokenAt = this.#wokenAt;
        this.#wokenAt = null;
        const pages = await Promise.all(this.streams.map((stream) => this.#options.page(stream, this.#cursor.get(stream)!)));
        const { db, caller } = this.#options;
        const items = await db.read(async (reader) => {
          // Asked after the rows were read: who was taken out before a row was written is known by then.
          this.#left ??= await conversationsLeft(reader, caller.account);
          return itemsFor(reader, caller, this.#left, pages);
        });
        for (const { rows } of pages) {
          const last = rows.at(-1);
          if (last) this.#cursor.set(last.stream, last.n);
        }
        if (pages.some(({ rows }) => rows.length === LIMITS.feedPage)) this.#again = true;
        const cursor = encodeCursor(this.#cursor);
        if (items.length > 0) await this.#sendPaced({ type: 'items', items, cursor });
        if (items.length > 0 && wokenAt !== null && this.#live) this.#options.meters.fed(performance.now() - wokenAt);
        if (!this.#live && !this.#again) {
          this.#live = true;
          this.send({ type: 'live', cursor });
        }
      }
    } finally {
      // In the very turn in which the loop saw that nothing is left: a wake from then on starts the next one.
      this.#pumping = false;
    }
  }

  /** Ends a connection whose other side is gone without a word. */
  heartbeat(): void {
    if (!this.#answered) return this.#socket.terminate();
    this.#answered = false;
    this.#socket.ping();
  }

  /** What may be left out when the reader is slow. */
  sendPassing(frame: FeedFrame): void {
    if (this.#live && this.#socket.bufferedAmount <= SLOW_BYTES) this.send(frame);
  }

  send(frame: FeedFrame): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(JSON.stringify(frame));
    if (this.#closed || this.#socket.bufferedAmount <= this.#options.limits.slowBytes) return;
    this.#options.refused('slow-reader');
    this.close(CLOSE.tryLater, 'go on from the cursor');
  }

  /** Long ways to the present wait for their reader instead of piling up; who reads, slowly, isn't taken for gone. */
  async #sendPaced(frame: FeedFrame): Promise<void> {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const taken = Promise.withResolvers<void>();
    // Called as well when the socket ends with this unsent.
    this.#socket.send(JSON.stringify(frame), () => {
      this.#answered = true;
      taken.resolve();
    });
    if (this.#socket.bufferedAmount > SLOW_BYTES) await taken.promise;
  }

  close(code: number, reason: string): void {
    if (this.#closed) return;
    this.#ended();
    this.#socket.close(code, reason);
    const patience = setTimeout(() => this.#socket.terminate(), 3_000);
    this.#socket.once('close', () => clearTimeout(patience));
  }

  #ended(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.onEnd();
  }
}
