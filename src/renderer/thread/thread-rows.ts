import type { ConversationView, EventView, MessageView, PersonView, ThreadItem } from '#shared/views.ts';

import { sameDay } from '../words/times.ts';

export type ThreadRow =
  | { kind: 'start'; key: string; at: number | null; loading: boolean }
  | { kind: 'day'; key: string; at: number }
  | { kind: 'unread'; key: string; at: number; count: number }
  | { kind: 'event'; key: string; at: number; item: EventView }
  | { kind: 'message'; key: string; at: number; item: MessageView; joined: boolean; readers: Readers };

export type MessageRow = Extract<ThreadRow, { kind: 'message' }>;

/** `faces`: those for whom this is the last own message that they read. When they did is no part of it: it changes with each message. */
export type Readers = { all: readonly PersonView[]; faces: readonly PersonView[] };

export const JOIN_MS = 5 * 60_000;
export const START_KEY = 'start';
export const UNREAD_KEY = 'unread';

/** When an item stands in the thread: as the server took it, else as its author sent it. */
export function timeOf(item: ThreadItem): number {
  return item.kind === 'event' ? item.at : (item.acceptedAt ?? item.sentAt);
}

function joins(before: ThreadItem | undefined, item: MessageView): boolean {
  if (before?.kind !== 'message' || before.author.id !== item.author.id || item.replyTo) return false;
  return timeOf(item) - timeOf(before) < JOIN_MS;
}

const NOBODY: Readers = { all: [], faces: [] };

function readersOf(item: MessageView, next: MessageView | undefined, reads: ConversationView['reads']): Readers {
  const { seq } = item;
  if (!item.own || seq === null) return NOBODY;
  const have = reads.filter((read) => read.seq >= seq);
  const later = next?.seq ?? null;
  const faces = have.filter((read) => later === null || read.seq < later);
  return { all: have.map((read) => read.person), faces: faces.map((read) => read.person) };
}

export type RowsInput = {
  items: readonly ThreadItem[];
  reads: ConversationView['reads'];
  firstUnread: number | null;
  unread: number;
  before: boolean;
  loading: boolean;
};

/**
 * What stands in the list, from the items of a thread: days, the divider of the unread, events, joined messages. A row
 * that looks as it did is the same object as in `last`, so that it isn't drawn again.
 */
export function threadRows(input: RowsInput, last: readonly ThreadRow[] = []): ThreadRow[] {
  const known = new Map(last.map((row) => [row.key, row]));
  return freshRows(input).map((row) => {
    const old = known.get(row.key);
    return old && sameRow(old, row) ? old : row;
  });
}

function freshRows({ items, reads, firstUnread, unread, before, loading }: RowsInput): ThreadRow[] {
  const nextOwn = new Map<string, MessageView>();
  let later: MessageView | undefined;
  for (const item of items.toReversed()) {
    if (item.kind !== 'message' || !item.own) continue;
    if (later) nextOwn.set(item.key, later);
    if (item.seq !== null) later = item;
  }

  const rows: ThreadRow[] = [];
  if (!before) rows.push({ kind: 'start', key: START_KEY, at: items[0] ? timeOf(items[0]) : null, loading });
  let previous: ThreadItem | undefined;
  let divided = firstUnread === null || unread === 0;
  for (const item of items) {
    const at = timeOf(item);
    if (!previous || !sameDay(timeOf(previous), at)) {
      rows.push({ kind: 'day', key: `day/${item.key}`, at });
      previous = undefined;
    }
    if (!divided && firstUnread !== null && item.seq !== null && item.seq >= firstUnread) {
      rows.push({ kind: 'unread', key: UNREAD_KEY, at, count: unread });
      divided = true;
      previous = undefined;
    }
    rows.push(
      item.kind === 'event'
        ? { kind: 'event', key: item.key, at, item }
        : {
            kind: 'message',
            key: item.key,
            at,
            item,
            joined: joins(previous, item),
            readers: readersOf(item, nextOwn.get(item.key), reads),
          },
    );
    previous = item;
  }
  return rows;
}

/** Whether two rows look the same. */
function sameRow(a: ThreadRow, b: ThreadRow): boolean {
  const old: Readonly<Record<string, unknown>> = a;
  const readers = a.kind !== 'message' || b.kind !== 'message' || sameReaders(a.readers, b.readers);
  return readers && Object.entries(b).every(([name, value]) => name === 'readers' || old[name] === value);
}

function samePeople(a: readonly PersonView[], b: readonly PersonView[]): boolean {
  return a.length === b.length && a.every((person, index) => person.id === b[index]?.id && person.name === b[index].name);
}

function sameReaders(a: Readers, b: Readers): boolean {
  return samePeople(a.all, b.all) && samePeople(a.faces, b.faces);
}

/** The row of a message, or of the first one after it. */
export function rowOfSeq(rows: readonly ThreadRow[], seq: number): number {
  return rows.findIndex(
    (row) => (row.kind === 'message' || row.kind === 'event') && row.item.seq !== null && row.item.seq >= seq,
  );
}
