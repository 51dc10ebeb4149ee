import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { AppError } from '#shared/errors.ts';
import type { ExportFormat, ExportSaved, ExportState } from '#shared/export-views.ts';
import type { ThreadName } from '#shared/ids.ts';

import type { Platform } from '../platform.ts';
import type { Store } from '../storage/database.ts';
import { transcriptHead, transcriptItems, type TranscriptHead } from '../storage/transcript-rows.ts';
import type { ExportWork, ToCore } from './worker.ts';

/** So many rows are read in one turn of the core: about 2 ms. */
const AT_ONCE = 100;
const TYPES: Record<ExportFormat, string> = { pdf: 'application/pdf', json: 'application/json' };

type Place = { conversation: string; thread: ThreadName };
type Export = { id: string; place: Place; name: string; type: string; file: string; worker: Worker | null; isMade: boolean };

/** Conversations as files. One is made at a time; it lies in the profile until it was saved, or another one is asked for. */
export type Exports = {
  start(place: Place, format: ExportFormat): string;
  cancel(id: string): void;
  save(id: string): Promise<ExportSaved>;
  /** This conversation, or these of its threads, were taken away. */
  gone(conversation: string, threads: readonly ThreadName[]): void;
  wipe(): void;
};

export function createExports(deps: {
  platform: Pick<Platform, 'dataDir' | 'now' | 'exportWorker' | 'saveFile' | 'log'>;
  store: Store;
  /** Photos may be shown. */
  allowed: boolean;
  onState: (id: string, state: ExportState) => void;
}): Exports {
  const { platform, store } = deps;
  const folder = join(platform.dataDir, 'exports');
  let current: Export | null = null;

  const clear = (): void => {
    const gone = current;
    current = null;
    gone?.worker?.terminate().catch((error: unknown) => platform.log.warn('export.not-ended', { reason: String(error) }));
    rmSync(folder, { recursive: true, force: true });
  };

  const fail = (made: Export, code: string): void => {
    if (current !== made) return;
    platform.log.warn('export.failed', { code });
    clear();
    deps.onState(made.id, { kind: 'failed', message: wordsFor(code) });
  };

  const feed = (made: Export, worker: Worker, head: TranscriptHead): void => {
    let after = 0;
    let done = 0;
    worker.on('message', (message: ToCore) => {
      if (current !== made) return;
      if (message.kind === 'failed') return fail(made, message.code);
      if (message.kind === 'done') {
        made.worker = null;
        made.isMade = true;
        return deps.onState(made.id, { kind: 'ready', name: made.name, bytes: message.bytes });
      }
      const items = transcriptItems(store, made.place, { after, last: head.lastSeq, limit: AT_ONCE });
      after = items.at(-1)?.seq ?? after;
      deps.onState(made.id, { kind: 'working', done, total: head.total });
      done += items.length;
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
      worker.postMessage(items);
    });
    worker.on('error', (error: NodeJS.ErrnoException) => fail(made, error.code ?? error.name));
  };

  const start: Exports['start'] = (place, format) => {
    if (!platform.exportWorker || !platform.saveFile) throw new AppError('unavailable', 'This app can’t write files here.');
    if (current?.worker)
      throw new AppError('conflict', 'Another conversation is being exported. Wait until it is done, or cancel it.');
    const head = transcriptHead(store, place);
    if (!head) throw new AppError('not-found', 'This conversation isn’t on this computer any more.');
    clear();
    const id = randomUUID();
    const file = join(folder, id);
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new AppError('storage-failed', wordsFor((error as NodeJS.ErrnoException).code ?? ''));
    }
    const { lastSeq: _last, total: _total, ...about } = head;
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const pictures = deps.allowed ? join(platform.dataDir, 'files') : null;
    const work: ExportWork = { head: { ...about, exportedAt: platform.now(), timeZone }, format, file, pictures };
    const worker = new Worker(platform.exportWorker, { workerData: work });
    current = { id, place, name: nameOf(head, format), type: TYPES[format], file, worker, isMade: false };
    feed(current, worker, head);
    return id;
  };

  return {
    start,
    cancel(id) {
      if (current?.id === id) clear();
    },
    async save(id) {
      const made = current;
      if (made?.id !== id || !made.isMade || !platform.saveFile) {
        throw new AppError('not-found', 'This file isn’t here any more. Export the conversation again.');
      }
      const saved = await platform.saveFile({ path: made.file, name: made.name, type: made.type });
      if (saved.kind === 'saved' && current === made) clear();
      return saved;
    },
    gone(conversation, threads) {
      if (current?.place.conversation === conversation && threads.includes(current.place.thread)) fail(current, 'gone');
    },
    wipe: clear,
  };
}

/** As every system takes it: `Fix the leaking sink, conversation 12.pdf`. */
function nameOf({ job, conversation, thread }: TranscriptHead, format: ExportFormat): string {
  // oxlint-disable-next-line no-control-regex -- no system takes them in a name
  const title = job.title.replaceAll(/[\u0000-\u001F\u007F\\/:*?"<>|]+/g, ' ').replaceAll(/\s+/g, ' ');
  const short = title
    .slice(0, 80)
    .toWellFormed()
    .replace(/^[.\s]+/, '')
    .trim();
  return `${short === '' ? 'Conversation' : short}${thread === 'team' ? ', team notes' : ''}, conversation ${conversation.number}.${format}`;
}

function wordsFor(code: string): string {
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return 'The disk is full: the file could not be written. Nothing else is lost. Free some space, then export again.';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return 'The app may not write into its own folder. Ask your IT to look at its rights, then export again.';
  if (code === 'gone') return 'This conversation was taken away while it was exported.';
  return 'The file could not be written. Nothing else is lost. Try again; if it goes on, tell your support.';
}
