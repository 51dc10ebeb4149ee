import type { Readable } from 'node:stream';

import type { AttachmentFact } from '#shared/facts.ts';

import { eventText } from './event-text.ts';
import { PdfPage } from './pdf-page.ts';
import type { Transcript, TranscriptEvent, TranscriptMessage } from './transcript.ts';

export type PdfOptions = {
  /** A picture of a file as JPEG or PNG; `null`: it is no picture, or can't be had. */
  picture?: (attachment: AttachmentFact) => Promise<Buffer | null>;
};

const GRAY = '#6b7280';
const SLICE_MS = 10;
const INDENT = 12;
const REPLY_LENGTH = 120;
const ROLE = {
  client: 'client',
  worker: 'worker',
  owner: 'agency, owner',
  staff: 'agency',
  employee: 'agency, employee',
} as const;

/**
 * A transcript as a PDF on A4, written while it is read. Latin (with Filipino and Vietnamese), Greek, Cyrillic, Devanagari, Arabic, Chinese and
 * Japanese are shown as they are written, emoji in black; signs of other scripts as a replacement sign. Times are those of the agency, or
 * where it was written down.
 */
export function transcriptPdf(transcript: Transcript, options: PdfOptions = {}): Readable {
  const { job, conversation, agency, exportedAt } = transcript;
  const footer = `${job.title} · conversation ${conversation.number} · ${agency.name}`;
  const page = new PdfPage({ title: job.title, author: agency.name, footer, createdAt: exportedAt });
  writeAll(page, transcript, options).then(
    () => page.document.end(),
    (error: unknown) => page.document.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return page.document;
}

async function writeAll(
  page: PdfPage,
  transcript: Transcript,
  { picture = () => Promise.resolve(null) }: PdfOptions,
): Promise<void> {
  const names = new Map(transcript.people.map(({ account, name }) => [account, name]));
  const nameOf = (account: string): string => names.get(account) ?? 'Somebody';
  const format = timesOf(zoneOf(transcript));
  writeHead(page, transcript, format);
  const pause = pauses(page.document);
  let day = '';
  let count = 0;
  for await (const item of transcript.items) {
    const at = item.kind === 'event' ? item.at : item.acceptedAt;
    const today = format.day(at);
    if (today !== day) writeDay(page, (day = today));
    if (item.kind === 'event') writeEvent(page, item, nameOf, format);
    else await writeMessage(page, item, { nameOf, format, picture });
    count += 1;
    await pause();
  }
  if (count === 0) page.write('Nothing was written here.', { size: 10, color: GRAY, align: 'center' });
}

type Format = { day: (at: number) => string; time: (at: number) => string };

function timesOf(timeZone: string): Format {
  const day = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'full' });
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' });
  return { day: (at) => day.format(at), time: (at) => time.format(at) };
}

function zoneOf({ agency, timeZone }: Transcript): string {
  return agency.timeZone ?? timeZone ?? 'UTC';
}

function writeHead(page: PdfPage, transcript: Transcript, format: Format): void {
  const { job, conversation, agency, thread, people, exportedAt, isPartial = false } = transcript;
  page.write(job.title, { size: 18, bold: true });
  const facts = [
    `Job ${job.number}, ${job.status}`,
    ...(job.location === null ? [] : [job.location]),
    ...(job.startsOn === null ? [] : [`from ${job.startsOn}`]),
  ];
  page.write(facts.join(' · '), { size: 10, color: GRAY });
  const what = thread === 'team' ? ', notes of the team' : '';
  page.write(`Conversation ${conversation.number}${what} · ${agency.name}`, { size: 10, color: GRAY });
  page.write(`Exported ${format.day(exportedAt)}, ${format.time(exportedAt)} (${zoneOf(transcript)})`, { size: 10, color: GRAY });
  if (isPartial) page.write('Some of it was not on the computer that wrote this, and is missing.', { size: 10, bold: true });
  page.space(4);
  for (const { name, role, left } of people) page.write(`${name} (${ROLE[role]}${left ? ', left' : ''})`, { size: 10 });
  page.space(8);
  page.line();
}

function writeDay(page: PdfPage, day: string): void {
  page.keepTogether(60);
  page.space(6);
  page.write(day, { size: 9, bold: true, color: GRAY, align: 'center' });
  page.space(4);
}

function writeEvent(page: PdfPage, { at, event }: TranscriptEvent, nameOf: (account: string) => string, format: Format): void {
  page.write(`${eventText(event, nameOf)} · ${format.time(at)}`, { size: 8.5, color: GRAY, align: 'center' });
  page.space(4);
}

type MessageContext = {
  nameOf: (account: string) => string;
  format: Format;
  picture: (attachment: AttachmentFact) => Promise<Buffer | null>;
};

async function writeMessage(
  page: PdfPage,
  message: TranscriptMessage,
  { nameOf, format, picture }: MessageContext,
): Promise<void> {
  const { account, text, acceptedAt, editedAt, removedAt, replyTo, attachments, reactions } = message;
  page.keepTogether(34);
  page.write(nameOf(account), { size: 10, bold: true });
  page.write(`${format.time(acceptedAt)}${editedAt !== null && removedAt === null ? ' · edited' : ''}`, { size: 8, color: GRAY });
  if (removedAt !== null) {
    page.write('This message was removed.', { size: 10, color: GRAY, indent: INDENT });
  } else {
    if (replyTo !== null)
      page.write(`In reply to ${nameOf(replyTo.account)}: ${shortened(replyTo.text)}`, {
        size: 8.5,
        color: GRAY,
        indent: INDENT,
      });
    if (text !== '') page.write(text, { size: 10.5, indent: INDENT });
    for (const attachment of attachments) {
      const bytes = await picture(attachment);
      if (bytes) page.picture(bytes, { indent: INDENT, mostWidth: 220, mostHeight: 165 });
      page.write(`File: ${attachment.name} (${attachment.type}, ${sizeOf(attachment.bytes)})`, {
        size: 8.5,
        color: GRAY,
        indent: INDENT,
      });
    }
    for (const { emoji, accounts } of reactions) {
      page.write(`${emoji} ${accounts.map(nameOf).join(', ')}`, { size: 8.5, color: GRAY, indent: INDENT });
    }
  }
  page.space(7);
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line === ''
    ? 'a message without text'
    : line.length > REPLY_LENGTH
      ? `${line.slice(0, REPLY_LENGTH).toWellFormed()}…`
      : line;
}

function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Lets others have their turn now and then, and waits while nobody has read what was written. */
function pauses(document: Readable): () => Promise<void> {
  let since = performance.now();
  return async () => {
    while (document.readableLength > document.readableHighWaterMark && !document.destroyed) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      since = performance.now();
    }
    if (performance.now() - since < SLICE_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    since = performance.now();
  };
}
