import { AppError } from '#shared/errors.ts';

import type { Outcome } from '../projection/apply.ts';
import type { Ingest } from '../projection/ingest.ts';
import type { Store } from '../storage/database.ts';
import { documentsBehind, readDocument, resetReplica } from '../storage/documents.ts';
import type { ApiClient } from './api-client.ts';

const BATCH = 50;
/** A document that makes no progress is left alone for the rest of the connection. */
const TRIES = 3;

/** Fetches from the log what this machine lacks, newest conversations first, a batch at a time. */
export type CatchUp = {
  /** There may be something to fetch. */
  look(): void;
  /** Fetches these before anything else; resolves when they are here. */
  fetchNow(documents: string[]): Promise<void>;
  pause(paused: boolean): void;
  paused(): boolean;
  /** The connection is there, or it is gone. */
  setOnline(online: boolean): void;
  stop(): void;
};

export function createCatchUp(deps: {
  store: Store;
  api: ApiClient;
  ingest: Ingest;
  /** Documents that a live socket brings; they aren't fetched unless asked for. */
  isLive: (document: string) => boolean;
  onUpdate: (document: string, bytes: Uint8Array, outcome: Outcome) => void;
  onProgress: () => void;
  onNoAccess: (document: string) => void;
  onFailure: (error: unknown) => void;
}): CatchUp {
  const { store, api, ingest } = deps;
  const stuck = new Map<string, number>();
  let paused = false;
  let online = false;
  let running = false;
  let again = false;
  let stopped = false;

  const fetchBatch = async (names: string[]): Promise<void> => {
    const wanted = names.flatMap((document) => {
      const row = readDocument(store, document);
      return row ? [{ document, after: row.n }] : [];
    });
    if (wanted.length === 0) return;
    const writes: Promise<void>[] = [];
    await api.log(wanted, async (line) => {
      if ('error' in line) {
        if (line.error.code === 'not-found' || line.error.code === 'forbidden') deps.onNoAccess(line.document);
        return;
      }
      if ('end' in line) return;
      const bytes = Buffer.from(line.update, 'base64');
      const written = ingest.add(line.document, bytes).then((outcome) => deps.onUpdate(line.document, bytes, outcome));
      writes.push(written);
      // Reads no further ahead than the disk keeps up with.
      if (writes.length % 32 === 0) await written;
    });
    await Promise.all(writes);
    for (const { document, after } of wanted) {
      const row = readDocument(store, document);
      if (row && row.n <= after && row.n < row.server_n) countStuck(document);
      else stuck.delete(document);
    }
  };

  const countStuck = (document: string): void => {
    const tries = (stuck.get(document) ?? 0) + 1;
    stuck.set(document, tries);
    // The server's log may have been written anew (a restored server): what is here does not fit it.
    if (tries === TRIES - 1 && readDocument(store, document)!.n > 0) resetReplica(store, document);
  };

  const work = async (): Promise<void> => {
    for (;;) {
      again = false;
      const names = documentsBehind(store, BATCH * 4)
        .map((row) => row.name)
        .filter((name) => !deps.isLive(name) && (stuck.get(name) ?? 0) < TRIES)
        .slice(0, BATCH);
      if (names.length > 0) {
        await fetchBatch(names);
        deps.onProgress();
      } else if (!again) {
        deps.onProgress();
        return;
      }
      if (paused || stopped || !online) return;
    }
  };

  const look = (): void => {
    again = true;
    if (running || paused || stopped || !online) return;
    running = true;
    work()
      .catch((error: unknown) => {
        if (!stopped && !(error instanceof AppError && error.code === 'offline')) deps.onFailure(error);
        if (!stopped && online) setTimeout(look, 1_000);
      })
      .finally(() => {
        running = false;
        if (again && online && !paused) look();
      });
  };

  return {
    look,
    fetchNow: fetchBatch,
    pause(next) {
      paused = next;
      if (!paused) look();
    },
    paused: () => paused,
    setOnline(next) {
      if (next && !online) stuck.clear();
      online = next;
      if (online) look();
    },
    stop: () => {
      stopped = true;
    },
  };
}
