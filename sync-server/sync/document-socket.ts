import type { WebSocket } from 'ws';

import type { ThreadName } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';
import { decodeStateVector, decodeUpdate, type PlainUpdate } from '#shared/update-codec.ts';
import { CLOSE, type Refusal } from '#shared/wire.ts';

import type { ServerLimits } from '../limits.ts';
import type { Refusals } from '../refusals.ts';
import type { LogRow } from '../storage/log.ts';
import { checkStructure } from './acceptance/structure.ts';
import { boundFrames } from './bound-frames.ts';
import type { Work, WorkOutcome } from './committer.ts';
import { awarenessFrame, readFrame, refusalFrame, syncedFrame, updateFrame, type Incoming } from './frames.ts';
import { Presence, type PresenceOwner } from './presence.ts';
import { Rate } from './rate.ts';
import { sliceUpdates } from './raw-update.ts';
import type { Room } from './room.ts';

export type DocumentSocketOptions = {
  socket: WebSocket;
  room: Room;
  owner: PresenceOwner & { session: string; lease: number };
  now: () => number;
  submit(work: Work, bytes: number): Promise<WorkOutcome>;
  isFull(): boolean;
  /** The log after a position, in pages. */
  page(after: number): Promise<{ rows: LogRow[]; n: number; more: boolean }>;
  limits: ServerLimits;
  refused: Refusals;
  onError(error: unknown): void;
  onRefused(rule: Refusal['rule']): void;
};

/** From here on a slow reader gets no presence; above the limit it is closed and catches up from the log. */
const SLOW_BYTES = 1024 * 1024;
/** How often a client may ask who is there. */
const QUERIES_PER_SECOND = 2;
const QUERIES_BURST = 20;
/** Updates of one socket that may wait for their commit. */
const PENDING_MOST = 32;

/**
 * One client on one document. `catching-up`: it is sent pages of the log, and what is committed meanwhile only moves the end of
 * it. `live`: it is sent what the room shows.
 */
export class DocumentSocket {
  readonly owner: DocumentSocketOptions['owner'];
  readonly room: Room;
  readonly presence: Presence | null;
  readonly #options: DocumentSocketOptions;
  readonly #socket: WebSocket;
  readonly #updates: Rate;
  readonly #catchUps: Rate;
  readonly #queries: Rate;
  #state: 'waiting' | 'catching-up' | 'live' | 'closed' = 'waiting';
  #pending = 0;
  #answered = true;

  constructor(options: DocumentSocketOptions) {
    this.#options = options;
    this.#socket = options.socket;
    this.room = options.room;
    this.owner = options.owner;
    const { limits } = options;
    const now = options.now();
    this.#updates = new Rate(limits.updatesPerSecond, limits.updatesBurst, now);
    this.#catchUps = new Rate(limits.catchUpsPerMinute / 60, limits.catchUpsPerMinute, now);
    this.#queries = new Rate(QUERIES_PER_SECOND, QUERIES_BURST, now);
    // One's own document is shown to oneself alone: there is nobody to be present for.
    this.presence =
      options.room.ref.kind === 'me'
        ? null
        : new Presence(options.owner, {
            client: options.room.issueClient(),
            now: options.now(),
            onChange: (entry, state) => this.room.present(this, entry, state),
          });
    this.room.sockets.add(this);
    boundFrames(this.#socket, options, () => this.#tooFast('frames'));
    this.#socket.on('message', (data: Buffer) => this.#receive(data));
    this.#socket.on('pong', () => {
      this.#answered = true;
    });
    this.#socket.on('close', () => this.#ended());
    // A close follows each error, and is where it is dealt with.
    this.#socket.on('error', () => {});
    const present = this.room.presences(this);
    if (present.length > 0) this.send(awarenessFrame(present));
  }

  send(frame: Uint8Array): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(frame);
    this.#checkSlow();
  }

  #checkSlow(): void {
    if (this.#state === 'closed' || this.#socket.bufferedAmount <= this.#options.limits.slowBytes) return;
    this.#options.refused('slow-reader');
    this.close(CLOSE.tryLater, 'catch up from the log');
  }

  #tooFast(limit: 'frames' | 'updates' | 'catch-ups'): void {
    if (this.#state === 'closed') return;
    this.#options.refused(limit);
    this.close(CLOSE.tooFast, 'too fast');
  }

  /** What may be left out when the reader is slow. */
  sendPassing(frame: Uint8Array): void {
    if (this.#socket.bufferedAmount <= SLOW_BYTES) this.send(frame);
  }

  /** Ends a connection whose other side is gone without a word. */
  heartbeat(): void {
    if (!this.#answered && !this.#socket.isPaused) return this.#socket.terminate();
    this.#answered = false;
    this.#socket.ping();
    // A stock provider counts messages alone, and reconnects after 30 s without any.
    this.sendPassing(awarenessFrame([]));
  }

  show(frame: Uint8Array): void {
    if (this.#state === 'live') this.send(frame);
  }

  showRow(row: LogRow): void {
    if (this.#state !== 'live') return;
    for (const update of sliceUpdates([row.update], LIMITS.frameToClientBytes)) this.send(updateFrame(update));
  }

  close(code: number, reason: string): void {
    if (this.#state === 'closed') return;
    this.#ended();
    this.#socket.close(code, reason);
    // Whoever doesn't answer the closing handshake is not waited for.
    const patience = setTimeout(() => this.#socket.terminate(), 3_000);
    this.#socket.once('close', () => clearTimeout(patience));
  }

  #ended(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.room.sockets.delete(this);
    this.presence?.end();
  }

  #receive(data: Buffer): void {
    if (this.#state === 'closed') return;
    let message: Incoming;
    try {
      message = readFrame(data);
    } catch {
      return this.close(CLOSE.unreadable, 'unreadable');
    }
    switch (message.kind) {
      case 'step1':
        return this.#catchUp(message.stateVector);
      case 'update':
        return this.#update(message.update);
      case 'awareness':
        return this.presence?.receive(message.update, this.#options.now());
      case 'query-awareness':
        if (this.#queries.take(this.#options.now())) this.sendPassing(awarenessFrame(this.room.presences(this)));
        return;
      default:
        return; // unknown types are for later versions
    }
  }

  #catchUp(stateVector: Uint8Array): void {
    if (!this.#catchUps.take(this.#options.now())) return this.#tooFast('catch-ups');
    let after: number;
    try {
      after = decodeStateVector(stateVector).get(1) ?? 0;
    } catch {
      return this.close(CLOSE.unreadable, 'unreadable');
    }
    if (this.#state === 'catching-up') return;
    this.#state = 'catching-up';
    this.#sendLog(after).catch((error: unknown) => {
      this.#options.onError(error);
      this.close(CLOSE.tryLater, 'try later');
    });
  }

  async #sendLog(after: number): Promise<void> {
    let reached = after;
    do {
      const page = await this.#options.page(reached);
      for (const update of sliceUpdates(
        page.rows.map((row) => row.update),
        LIMITS.frameToClientBytes,
      )) {
        await this.#sendPaced(updateFrame(update));
        if (this.#state !== 'catching-up') return;
      }
      if (page.n === reached && !page.more) break;
      reached = page.n;
      // The room may have shown more meanwhile: from where the log was read to where live frames begin there is no gap.
    } while (reached < this.room.shown);
    if (this.#state !== 'catching-up') return;
    this.#state = 'live';
    this.send(syncedFrame());
    if (reached > this.room.shown) this.room.readTail();
  }

  /** Long catch-ups wait for their reader instead of piling up. A reader that is slow, and reads, is not taken for one that is gone. */
  async #sendPaced(frame: Uint8Array): Promise<void> {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const taken = Promise.withResolvers<void>();
    // Called as well when the socket ends with this unsent.
    this.#socket.send(frame, () => {
      this.#answered = true;
      taken.resolve();
    });
    if (this.#socket.bufferedAmount > SLOW_BYTES) await taken.promise;
  }

  #update(bytes: Uint8Array): void {
    if (bytes.length > LIMITS.updateBytes) return this.#refuse({ rule: 'unreadable', keys: [] }, CLOSE.tooLarge);
    if (!this.#updates.take(this.#options.now())) return this.#tooFast('updates');
    let update: PlainUpdate;
    try {
      update = decodeUpdate(bytes);
    } catch {
      return this.#refuse({ rule: 'unreadable', keys: [] });
    }
    if (update.structs.length === 0 && update.deletes.length === 0) return;
    const work = this.#work(update, bytes);
    if (work === null) return;
    this.#pending++;
    if (this.#pending >= PENDING_MOST || this.#options.isFull()) this.#socket.pause();
    void this.#options.submit(work, bytes.length).then((outcome) => this.#settled(outcome));
  }

  #work(update: PlainUpdate, bytes: Uint8Array): Work | null {
    const { ref, documentId } = this.room;
    const writer = { account: this.owner.account, lease: this.owner.lease };
    if (ref.kind === 'me') return { kind: 'me', documentId, writer, update: bytes };
    const checked = checkStructure(update, writer, ref.thread);
    if (checked.kind === 'refused') {
      this.#refuse(checked.refusal);
      return null;
    }
    const thread: ThreadName = ref.thread;
    const document = { id: documentId, conversation: ref.conversation, thread, epoch: ref.epoch };
    return { kind: 'thread', document, writer, claims: checked.claims };
  }

  #settled(outcome: WorkOutcome): void {
    this.#pending--;
    if (this.#socket.isPaused && this.#pending < PENDING_MOST / 4) this.#socket.resume();
    if (outcome.kind === 'refused') this.#refuse(outcome.refusal);
    else if (outcome.kind === 'failed') this.close(CLOSE.tryLater, 'try later');
  }

  /** Nothing of the update was applied. The writer is told which entries are at fault and starts over. */
  #refuse(refusal: Refusal, code: number = closeCode(refusal)): void {
    if (this.#state === 'closed') return;
    this.#options.onRefused(refusal.rule);
    this.send(refusalFrame(refusal));
    this.close(code, refusal.rule);
  }
}

function closeCode({ rule }: Refusal): number {
  if (rule === 'unreadable') return CLOSE.unreadable;
  return rule === 'not-participant' ? CLOSE.notParticipant : CLOSE.replicaRefused;
}
