import type { Socket } from 'node:net';

import { Network } from './proxy.ts';

/** When a connection to Postgres breaks: its COMMIT doesn't get there, it is done and its answer is lost, or nobody can say which. */
export const BREAKS = ['before', 'after', 'meanwhile'] as const;
export type Break = (typeof BREAKS)[number];

const COMMIT = Buffer.from('COMMIT');
/** How Postgres says that a transaction is over. */
const COMMITTED = Buffer.from('COMMIT\0');
const ROLLED_BACK = Buffer.from('ROLLBACK\0');

/** The network between nodes and Postgres. It knows a COMMIT when it sees one, and breaks the connection around it. */
export class DatabaseWay extends Network {
  readonly #breaks: Break[] = [];
  /** How many of each were done. */
  readonly done: Record<Break, number> = { before: 0, after: 0, meanwhile: 0 };

  /** The next commits, one each, whichever connection they come on. */
  breakCommits(...breaks: Break[]): void {
    this.#breaks.push(...breaks);
  }

  /** Those that no commit has met yet are called off. */
  relent(): void {
    this.#breaks.length = 0;
  }

  get isMet(): boolean {
    return this.#breaks.length === 0;
  }

  protected override bridge(near: Socket, far: Socket): void {
    /** What Postgres answers to a commit whose answer is to be lost; null: nothing of the kind is under way. */
    let held: Buffer | null = null;
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.on('close', end);
    near.on('data', (chunk: Buffer) => {
      const kind = held === null && chunk.includes(COMMIT) ? this.#breaks.shift() : undefined;
      if (kind === 'before') {
        this.done.before++;
        end();
        return;
      }
      if (kind === 'after') held = Buffer.alloc(0);
      far.write(chunk);
      if (kind !== 'meanwhile') return;
      this.done.meanwhile++;
      // With its bytes given to the system: Postgres reads them, or the reset first.
      far.write('', end);
    });
    far.on('data', (chunk: Buffer) => {
      if (held === null) {
        near.write(chunk);
        return;
      }
      held = Buffer.concat([held, chunk]);
      if (held.includes(COMMITTED)) {
        this.done.after++;
        end();
      } else if (held.includes(ROLLED_BACK)) {
        near.write(held);
        held = null;
        this.#breaks.unshift('after');
      }
    });
  }
}
