import { setTimeout as wait } from 'node:timers/promises';

import { MemoryLocker } from '@tus/server';

import { newId } from '#shared/ids.ts';

import type { Database } from '../storage/database.ts';
import { dropHold, keepHold, takeHold, type Hold, type HoldKind } from '../storage/upload-holds.ts';

/** So long a node that died is waited for. */
const HELD_MS = 6_000;
const KEEP_EVERY_MS = 1_500;
const ASK_EVERY_MS = 250;
/** Above `HELD_MS`, and below what a client waits for an answer. */
const PATIENCE_MS = 15_000;

export type Release = () => Promise<void>;

/** One call at a time for an upload, whichever node it comes to. */
export type UploadLocks = {
  /** `null`: another call, of whichever node, has it, and didn't let go in time. */
  hold(upload: string, what: HoldKind, onWanted?: () => void, patienceMs?: number, signal?: AbortSignal): Promise<Release | null>;
  /** For tus: first among the calls of this node, then among nodes. */
  locker: { newLock(id: string): TusLock };
};
type TusLock = { lock(signal: AbortSignal, onWanted: () => void | Promise<void>): Promise<void>; unlock(): Promise<void> };

export function createUploadLocks(db: Database, onError: (error: unknown) => void): UploadLocks {
  async function hold(
    upload: string,
    what: HoldKind,
    onWanted: () => void = () => {},
    patienceMs = PATIENCE_MS,
    signal?: AbortSignal,
  ): Promise<Release | null> {
    const held: Hold = { upload, what, holder: newId() };
    for (const until = Date.now() + patienceMs; !(await db.transact((tx) => takeHold(tx, held, HELD_MS)));) {
      if (Date.now() >= until || signal?.aborted) return null;
      await wait(ASK_EVERY_MS);
    }
    const timer = setInterval(() => {
      db.transact((tx) => keepHold(tx, held, HELD_MS)).then((kept) => {
        // Taken away, as this node was silent for too long: what it still writes must not get between another's pieces.
        if (!kept || kept.wanted) onWanted();
      }, onError);
    }, KEEP_EVERY_MS);
    return async () => {
      clearInterval(timer);
      await db.transact((tx) => dropHold(tx, held));
    };
  }

  const here = new MemoryLocker();
  return {
    hold,
    locker: {
      newLock(id) {
        const local = here.newLock(id);
        let release: Release | null = null;
        return {
          async lock(signal, onWanted) {
            await local.lock(signal, onWanted);
            try {
              release = await hold(id, 'write', () => void onWanted(), PATIENCE_MS, signal);
            } catch (error) {
              await local.unlock();
              throw error;
            }
            if (release) return;
            await local.unlock();
            // oxlint-disable-next-line typescript/only-throw-error -- what tus takes for an answer
            throw { status_code: 423, body: 'Another call sends a piece of it just now.' };
          },
          async unlock() {
            await local.unlock();
            await release?.().catch(onError);
          },
        };
      },
    },
  };
}
