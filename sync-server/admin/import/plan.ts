import { EVENT_KEY_PREFIX, SYSTEM_CLIENT_ID, THREAD_ROOTS, type EventValue } from '#shared/documents.ts';
import type { AttachmentFact, Fact } from '#shared/facts.ts';
import { entryKey, type ThreadName } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';
import { encodeUpdate, valueStruct, type ValueStruct } from '#shared/update-codec.ts';

import type { FactRow } from '../../storage/fact-rows.ts';
import type { ContextRow, DocumentRow, ImportLogRow, ImportRows } from '../../storage/import-rows.ts';
import { factHash } from '../../sync/acceptance/structure.ts';

/** A row of the log is cut here, as live ones are: it has to fit into a frame to a client. */
const ROW_BYTES = 32 * 1024;

export type NewMessage = {
  id: string;
  account: string;
  text: string;
  at: number;
  attachments?: AttachmentFact[];
  /** The integer id that it had elsewhere, if that is free. */
  number?: number;
};
/** A system event among the messages. */
export type NewEvent = { id: string; at: number; event: EventValue['event'] };

/** Where the messages go: after all that is there. */
export type Target = {
  conversation: string;
  /** The client id that this import writes under; no device has it. */
  lease: number;
  nextSeq: number;
  /** The thread's newest document; `null` in a new conversation. */
  newest: DocumentRow | null;
  context: Record<string, unknown>;
};

/**
 * Turns messages and events into all their rows, document and log included; each gets the next seq. Ids of new documents come from
 * `newDocumentId`.
 */
export function planMessages(
  target: Target,
  messages: readonly (NewMessage | NewEvent)[],
  newDocumentId: () => number,
  rows: ImportRows,
): void {
  const { conversation, lease, context } = target;
  let document = target.newest ? { ...target.newest } : openDocument(conversation, 'all', 1, newDocumentId(), context, rows);
  if (target.newest) rows.documents.push(document);
  let clock = 0; // the lease is new, so no document knows it
  let row = openRow(document);
  const close = () => {
    if (row.structs.length > 0) rows.log.push(closeRow(row, document));
    if (clock > 0) rows.clocks.push({ documentId: document.id, client: lease, next: clock });
  };
  const cut = (bytes: number) => {
    if (row.bytes + bytes > ROW_BYTES && row.structs.length > 0) {
      rows.log.push(closeRow(row, document));
      row = openRow(document);
    }
    row.bytes += bytes;
  };
  for (const [index, message] of messages.entries()) {
    const seq = target.nextSeq + index;
    if ('event' in message) {
      const { id, at, event } = message;
      const key = `${EVENT_KEY_PREFIX}${id}`;
      const value: EventValue = { seq, at, event };
      cut(Buffer.byteLength(JSON.stringify(event)) + 100);
      row.structs.push(valueStruct({ client: SYSTEM_CLIENT_ID, clock: document.n }, THREAD_ROOTS.context, key, value));
      rows.context.push({ documentId: document.id, key, clock: document.n, value });
      rows.events.push({ conversation, thread: 'all', seq, id, at, event });
      document.n += 1;
      continue;
    }
    if (document.entries >= LIMITS.epochEntries) {
      close();
      document = openDocument(conversation, 'all', document.epoch + 1, newDocumentId(), context, rows);
      clock = 0;
      row = openRow(document);
    }
    const entry = toEntry(message, { conversation, seq, documentId: document.id, client: lease, clock });
    const key = entryKey(message.account, message.id);
    const stamp = [entry.seq, message.at];
    const structs = [
      valueStruct({ client: lease, clock: clock++ }, THREAD_ROOTS.entries, key, entry.fact),
      valueStruct({ client: SYSTEM_CLIENT_ID, clock: document.n }, THREAD_ROOTS.accepted, key, stamp),
    ];
    cut(Buffer.byteLength(message.text) + 300 + 400 * (message.attachments?.length ?? 0));
    row.structs.push(...structs);
    document.n += 1;
    document.entries += 1;
    rows.entries.push(entry);
  }
  close();
}

/** How many new documents so many messages take, the one of the thread `team` too. `newest`: entries there; `null`: a new conversation. */
export function documentsNeeded(newest: number | null, messages: number): number {
  const per = LIMITS.epochEntries;
  if (newest === null) return Math.max(1, Math.ceil(messages / per)) + 1;
  const room = Math.max(0, per - newest);
  return Math.ceil(Math.max(0, messages - room) / per);
}

/** A new epoch, with what stands in `context` as the first row of its log. */
export function openDocument(
  conversation: string,
  thread: ThreadName,
  epoch: number,
  id: number,
  context: Record<string, unknown>,
  rows: ImportRows,
): DocumentRow {
  const keys = Object.keys(context);
  const structs = keys.map((key, clock) =>
    valueStruct({ client: SYSTEM_CLIENT_ID, clock }, THREAD_ROOTS.context, key, context[key]),
  );
  const document: DocumentRow = { id, conversation, thread, epoch, n: keys.length, entries: 0, isNew: true };
  rows.documents.push(document);
  rows.log.push({ documentId: id, from: 0, to: keys.length, update: encodeUpdate(structs) });
  rows.context.push(...keys.map((key, clock): ContextRow => ({ documentId: id, key, clock, value: context[key] })));
  return document;
}

type OpenRow = { from: number; structs: ValueStruct[]; bytes: number };

function openRow(document: DocumentRow): OpenRow {
  return { from: document.n, structs: [], bytes: 0 };
}

function closeRow({ from, structs }: OpenRow, document: DocumentRow): ImportLogRow {
  return { documentId: document.id, from, to: document.n, update: encodeUpdate(structs) };
}

type EntryPlace = { conversation: string; seq: number; documentId: number; client: number; clock: number };

function toEntry({ id, account, text, at, attachments = [], number }: NewMessage, place: EntryPlace): FactRow {
  const fact: Fact = { kind: 'message', text, mentions: [], attachments, sentAt: at };
  const hash = factHash(entryKey(account, id), fact);
  return {
    ...place,
    thread: 'all',
    id,
    account,
    fact,
    hash,
    emptied: false,
    acceptedAt: at,
    ...(number === undefined ? {} : { number }),
  };
}
