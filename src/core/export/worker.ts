import { createWriteStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parentPort, workerData } from 'node:worker_threads';

import type { ExportFormat } from '#shared/export-views.ts';
import type { AttachmentFact } from '#shared/facts.ts';
import { UUID } from '#shared/ids.ts';
import { transcriptJson } from '#transcript/json.ts';
import { transcriptPdf } from '#transcript/pdf.ts';
import type { Transcript, TranscriptItem } from '#transcript/transcript.ts';

/** `pictures`: the folder of the files that were opened on this machine; `null`: files are not allowed. */
export type ExportWork = { head: Omit<Transcript, 'items'>; format: ExportFormat; file: string; pictures: string | null };
/** `next` is answered with the following items; none: that was all. */
export type ToCore = { kind: 'next' } | { kind: 'done'; bytes: number } | { kind: 'failed'; code: string };

const PICTURE_MOST = 6_000_000;
const PICTURES_MOST = 150_000_000;

/** Lays a conversation out and writes it, beside the core: what takes seconds there must not keep anybody from writing. */
const port = parentPort!;
const { head, format, file, pictures } = workerData as ExportWork;
const tell = (message: ToCore): void => port.postMessage(message);

async function* items(): AsyncGenerator<TranscriptItem> {
  for (;;) {
    const answer = new Promise<TranscriptItem[]>((resolve) => port.once('message', resolve));
    tell({ kind: 'next' });
    const page = await answer;
    if (page.length === 0) return;
    yield* page;
  }
}

let pictureBytes = 0;

/** Only photos that were opened here: nothing is fetched for it. */
async function picture({ id, type }: AttachmentFact): Promise<Buffer | null> {
  if (pictures === null || type !== 'image/jpeg' || !UUID.test(id)) return null;
  const path = join(pictures, id);
  const found = await stat(path).catch(() => null);
  if (!found?.isFile() || found.size > PICTURE_MOST || pictureBytes + found.size > PICTURES_MOST) return null;
  pictureBytes += found.size;
  return readFile(path).catch(() => null); // it was cleared away meanwhile
}

async function write(): Promise<number> {
  const transcript: Transcript = { ...head, items: items() };
  const stream = format === 'json' ? Readable.from(transcriptJson(transcript)) : transcriptPdf(transcript, { picture });
  await pipeline(stream, createWriteStream(file, { mode: 0o600, flush: true }));
  return (await stat(file)).size;
}

try {
  tell({ kind: 'done', bytes: await write() });
} catch (error) {
  tell({ kind: 'failed', code: error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.name) : 'unknown' });
}
port.close();
