import { randomInt } from 'node:crypto';

import type { DocumentRef } from '#shared/ids.ts';
import type { PresenceState } from '#shared/wire.ts';

import type { LogRow } from '../storage/log.ts';
import type { DocumentSocket } from './document-socket.ts';
import { awarenessFrame, updateFrame, type AwarenessEntry } from './frames.ts';
import type { PresenceHint } from './nodes/hints.ts';
import type { Presence } from './presence.ts';

export type RoomOptions = {
  documentId: number;
  ref: DocumentRef;
  /** Reads the log after a position, all of it. */
  tail(after: number): Promise<LogRow[]>;
  /** Whether nobody can send to everybody there just now. */
  isClosed(): Promise<boolean>;
  /** Somebody here is shown to others, or not any more. */
  onPresent(shown: Pick<PresenceHint, 'client' | 'clock' | 'person' | 'typing'>): void;
  onError(error: unknown): void;
};

/** An open document: who listens, and how far they were shown it. There is no Y.Doc. */
export class Room {
  readonly documentId: number;
  readonly ref: DocumentRef;
  readonly sockets = new Set<DocumentSocket>();
  /** Of those who are here without a document: clients that speak JSON. */
  readonly guests = new Set<Presence>();
  readonly #options: RoomOptions;
  #shown: number;
  #closed: boolean;
  #reading: Promise<void> | null = null;
  #again = false;
  #asked = false;

  constructor(options: RoomOptions, { n, closed }: { n: number; closed: boolean }) {
    this.#options = options;
    this.documentId = options.documentId;
    this.ref = options.ref;
    this.#shown = n;
    this.#closed = closed;
  }

  /** The position up to which live sockets have been sent everything. */
  get shown(): number {
    return this.#shown;
  }

  /** What was just committed here. */
  show(row: LogRow): void {
    if (row.to <= this.#shown) return;
    if (row.from !== this.#shown || this.#reading) return this.readTail();
    this.#shown = row.to;
    const frame = updateFrame(row.update);
    for (const socket of this.sockets) socket.show(frame);
  }

  /** The log may have grown by somebody else's doing: shows what comes after what was shown. */
  readTail(): void {
    this.#again = true;
    this.#reading ??= this.#readTail().catch((error: unknown) => this.#options.onError(error));
  }

  /** Somebody changed the conversation itself: sending may be open or closed now. */
  askAgain(): void {
    this.#asked = true;
    this.readTail();
  }

  async #readTail(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        if (this.#asked) {
          this.#asked = false;
          this.#closed = await this.#options.isClosed();
        }
        for (const row of await this.#options.tail(this.#shown)) {
          if (row.to <= this.#shown) continue;
          this.#shown = row.to;
          for (const socket of this.sockets) socket.showRow(row);
        }
      }
    } finally {
      // In the very turn in which the loop saw that nothing is left: who asks from then on starts the next one.
      this.#reading = null;
    }
  }

  /** An awareness id that no lease and nobody else here has. */
  issueClient(): number {
    for (;;) {
      const client = randomInt(2 ** 31, 2 ** 32);
      if (this.#present().every((presence) => presence.client !== client)) return client;
    }
  }

  /** Shows somebody's presence to all others. Where nobody can send, nobody is shown as typing. */
  present(from: DocumentSocket | Presence, entry: AwarenessEntry, state: PresenceState | null): void {
    if (this.#closed && state?.typing) return;
    const frame = awarenessFrame([entry]);
    for (const socket of this.sockets) {
      if (socket !== from) socket.sendPassing(frame);
    }
    const { account, name, role } = from.owner;
    const { client, clock } = entry;
    this.#options.onPresent({ client, clock, person: { account, name, role }, typing: state?.typing ?? null });
  }

  /** Somebody who is on another node. */
  presentAway({ client, clock, person, typing }: Pick<PresenceHint, 'client' | 'clock' | 'person' | 'typing'>): void {
    if (this.#closed && typing) return;
    const state: PresenceState | null = typing === null ? null : { ...person, typing };
    const frame = awarenessFrame([{ client, clock, state: JSON.stringify(state) }]);
    for (const socket of this.sockets) socket.sendPassing(frame);
  }

  presences(but: DocumentSocket): AwarenessEntry[] {
    if (this.#closed) return [];
    return this.#present().flatMap((presence) => (presence !== but.presence && presence.shown ? [presence.shown] : []));
  }

  #present(): Presence[] {
    return [...[...this.sockets].flatMap(({ presence }) => presence ?? []), ...this.guests];
  }
}
