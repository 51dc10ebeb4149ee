import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import type { AttachmentFact } from '#shared/facts.ts';
import type { ThreadName } from '#shared/ids.ts';
import { transcriptJson } from '#transcript/json.ts';
import type { Transcript, TranscriptItem } from '#transcript/transcript.ts';

import { THUMBNAIL_WIDTHS } from '../files/images/thumbnail-widths.ts';
import { objectKey, type ObjectStore } from '../files/object-store.ts';
import { thumbnailKey } from '../files/take-file.ts';
import type { Database } from '../storage/database.ts';
import { findFile } from '../storage/files.ts';
import { transcriptHead, transcriptPage } from '../storage/transcript.ts';

export const TRANSCRIPT_FORMATS = ['json', 'pdf'] as const;
export type TranscriptFormat = (typeof TRANSCRIPT_FORMATS)[number];
export const TRANSCRIPT_TYPES: Record<TranscriptFormat, string> = {
  json: 'application/json; charset=utf-8',
  pdf: 'application/pdf',
};

const AT_ONCE = 500;

export type OpenedTranscript = { stream: Readable; fileName: string };

/** A thread as a file, read and written piece by piece. What is written while that goes on is not in it. */
export async function openTranscript(
  { db, store, now }: { db: Database; store: ObjectStore; now: () => number },
  place: { conversation: string; thread: ThreadName },
  format: TranscriptFormat,
): Promise<OpenedTranscript> {
  const { lastSeq, ...head } = await db.read((reader) => transcriptHead(reader, place));
  const transcript: Transcript = { ...head, exportedAt: now(), items: items(db, place, lastSeq) };
  const fileName = `conversation-${head.conversation.number}${place.thread === 'team' ? '-team' : ''}.${format}`;
  if (format === 'json') return { stream: Readable.from(transcriptJson(transcript)), fileName };
  // Fonts and pictures take a server long to read at its start, and are asked for now and then.
  const { transcriptPdf } = await import('#transcript/pdf.ts');
  return { stream: transcriptPdf(transcript, { picture: (attachment) => pictureOf(db, store, attachment) }), fileName };
}

async function* items(
  db: Database,
  place: { conversation: string; thread: ThreadName },
  last: number,
): AsyncGenerator<TranscriptItem> {
  for (let after: number | null = 0; after !== null;) {
    const from: number = after;
    const page: Awaited<ReturnType<typeof transcriptPage>> = await db.read((reader) =>
      transcriptPage(reader, place, { after: from, last, limit: AT_ONCE }),
    );
    yield* page.items;
    after = page.next;
  }
}

/** Of the thumbnail that was made when it came in; a photo that has none yet is listed by its name. */
async function pictureOf(db: Database, store: ObjectStore, { id }: AttachmentFact): Promise<Buffer | null> {
  const file = await db.read((reader) => findFile(reader, id));
  if (file?.state !== 'ready') return null;
  const key = thumbnailKey(objectKey(file.sha256), THUMBNAIL_WIDTHS[0]);
  if ((await store.size(key)) === null) return null;
  const { default: sharp } = await import('sharp');
  return sharp(await buffer(await store.read(key)))
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: 80 })
    .toBuffer();
}
