import { AppError } from '#shared/errors.ts';

import { refreshConversation } from '../storage/conversations.ts';
import { writeFileLimits } from '../storage/file-limits.ts';
import { markNotSent, readOutboxEntry } from '../storage/outbox.ts';
import { readUpload, renewStale, uploadsToDo, type UploadRow } from '../storage/upload-rows.ts';
import { carry, type Carried } from './carrier.ts';
import type { OutgoingFolder } from './outgoing-folder.ts';
import type { UploadsDeps } from './uploads.ts';

const AT_ONCE = 2;
const PAUSE = { firstMs: 1_000, mostMs: 60_000 } as const;
/** The server keeps what no message names for 24 hours. */
const FRESH_MS = 20 * 60 * 60_000;

/** Takes what waits to the server, two at a time, in their order; what fails is tried again after a while, or when there is a network. */
export type Uploader = {
  look(): void;
  /** Stops what is under way for it, and tells the server; the row is the caller's. */
  stop(row: UploadRow): void;
  /** Stops those whose rows are gone. */
  stopGone(): void;
  stopAll(): void;
  close(): void;
};

type Pause = { untilMs: number; tries: number };

export function createUploader(deps: UploadsDeps & { folder: OutgoingFolder }): Uploader {
  const { store, log, now } = deps;
  const active = new Map<string, AbortController>();
  const pauses = new Map<string, Pause>();
  let timer: NodeJS.Timeout | null = null;
  let wasOnline = false;
  let closed = false;

  const look = (): void => {
    if (closed) return;
    const server = deps.server();
    if (!server) {
      wasOnline = false;
      return;
    }
    if (!wasOnline) {
      wasOnline = true;
      pauses.clear();
      void learnLimits(async () => server.limits());
    }
    for (const row of renewStale(store, now() - FRESH_MS)) deps.onChanged(row, row.message);
    let next = Infinity;
    for (const { id } of uploadsToDo(store)) {
      if (active.size === AT_ONCE) break;
      if (active.has(id)) continue;
      const until = pauses.get(id)?.untilMs ?? 0;
      if (until > now()) next = Math.min(next, until);
      else void begin(id, server.transfer);
    }
    if (timer) clearTimeout(timer);
    timer = next === Infinity ? null : setTimeout(lookSafely, Math.max(50, next - now()));
  };
  const lookSafely = (): void => {
    try {
      look();
    } catch (error) {
      // The disk takes nothing now, which the status says.
      if (!(error instanceof AppError)) throw error;
      log.warn('uploads-wait', { code: error.code });
    }
  };

  const learnLimits = async (ask: () => Promise<{ mostBytes: number; types: string[] } | null>): Promise<void> => {
    try {
      const told = await ask();
      if (told && !closed) writeFileLimits(store, told);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      log.info('file-limits-unknown', { code: error.code });
    }
  };

  const begin = async (id: string, transfer: Parameters<typeof carry>[0]['transfer']): Promise<void> => {
    const aborter = new AbortController();
    active.set(id, aborter);
    let told = 0;
    try {
      const carried = await carry(
        {
          ...deps,
          transfer,
          onProgress(row) {
            // Often enough for an eye.
            if (now() - told < 150) return;
            told = now();
            deps.onChanged(row, null);
          },
        },
        id,
        aborter.signal,
      );
      if (!closed && active.get(id) === aborter) came(id, carried);
    } catch (error) {
      pause(id);
      if (error instanceof AppError) log.warn('upload-failed', { code: error.code });
      else log.error('upload-bug', { error: error instanceof Error ? error.stack : String(error) });
    } finally {
      if (active.get(id) === aborter) active.delete(id);
      if (!closed) lookSafely();
    }
  };

  const pause = (id: string, afterMs?: number): void => {
    const tries = (pauses.get(id)?.tries ?? 0) + 1;
    const grown = Math.min(PAUSE.mostMs, PAUSE.firstMs * 2 ** (tries - 1)) * (0.75 + deps.random() / 2);
    pauses.set(id, { tries, untilMs: now() + (afterMs ?? grown) });
  };

  const came = (id: string, carried: Carried): void => {
    const row = readUpload(store, id);
    if (carried.kind === 'later') pause(id, carried.afterMs);
    else pauses.delete(id);
    if (!row) return;
    if (carried.kind === 'refused' && row.message !== null) notSent(row.message, carried.rule);
    deps.onChanged(row, row.message);
    if ((row.state === 'ready' || row.state === 'held') && row.message !== null) deps.onReady();
  };

  const notSent = (message: string, rule: 'attachment' | 'closed'): void => {
    const entry = readOutboxEntry(store, message);
    if (!entry || entry.document !== null) return;
    store.transact(() => {
      markNotSent(store, [message], rule);
      refreshConversation(store, entry.conversation, message.slice(0, message.indexOf('/')));
    });
    deps.onNotSent(entry, message);
  };

  const abort = (id: string): void => {
    active.get(id)?.abort();
    active.delete(id);
    pauses.delete(id);
  };

  return {
    look: lookSafely,
    stop(row) {
      abort(row.id);
      const remote = readUpload(store, row.id)?.remote ?? null;
      if (remote === null) return;
      // What could not be told goes from there by itself after a day.
      deps
        .server()
        ?.transfer.giveUp(remote)
        .catch((error: unknown) =>
          log.info('upload-not-given-up', { error: error instanceof AppError ? error.code : String(error) }),
        );
    },
    stopGone() {
      for (const id of active.keys()) if (!readUpload(store, id)) abort(id);
    },
    stopAll() {
      for (const id of active.keys()) abort(id);
    },
    close() {
      closed = true;
      if (timer) clearTimeout(timer);
      for (const id of active.keys()) abort(id);
    },
  };
}
