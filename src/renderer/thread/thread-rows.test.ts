import { describe, expect, it } from 'vitest';

import { authorOf, clientOf, ME, messageOf, workerOf } from '../testing/fake-data.ts';
import { JOIN_MS, rowOfSeq, threadRows, type RowsInput, type ThreadRow } from './thread-rows.ts';
import { seenUpTo } from './use-seen.ts';

const NOON = new Date(2026, 4, 5, 12).getTime();
const say = (seq: number, at: number, author = clientOf(0), over = {}): ReturnType<typeof messageOf> =>
  messageOf(0, seq, at, { author, own: author.id === ME.id, ...over });
const rowsOf = (input: Partial<RowsInput> & Pick<RowsInput, 'items'>, last?: ThreadRow[]): ThreadRow[] =>
  threadRows({ reads: [], firstUnread: null, unread: 0, before: true, loading: false, ...input }, last);
const messages = (rows: ThreadRow[]): Extract<ThreadRow, { kind: 'message' }>[] => rows.filter((row) => row.kind === 'message');

describe('rows of a thread', () => {
  it('[THREAD-1] joins what one sender writes within five minutes, and no longer', () => {
    const items = [say(1, NOON), say(2, NOON + JOIN_MS - 1), say(3, NOON + 2 * JOIN_MS), say(4, NOON + 2 * JOIN_MS, workerOf(0))];
    expect(messages(rowsOf({ items })).map((row) => row.joined)).toEqual([false, true, false, false]);
  });

  it('[THREAD-1] puts a day before the first message of each day of the person’s calendar', () => {
    const midnight = new Date(2026, 4, 6).getTime();
    const rows = rowsOf({ items: [say(1, midnight - 1_000), say(2, midnight + 1_000), say(3, midnight + 2_000)] });
    expect(rows.map((row) => row.kind)).toEqual(['day', 'message', 'day', 'message', 'message']);
    expect(messages(rows).map((row) => row.joined)).toEqual([false, false, true]);
  });

  it('[THREAD-1] shows one divider before the first unread message, which then starts a group of its own', () => {
    const rows = rowsOf({ items: [say(1, NOON), say(2, NOON + 1), say(3, NOON + 2)], firstUnread: 2, unread: 2 });
    expect(rows.map((row) => row.kind)).toEqual(['day', 'message', 'unread', 'message', 'message']);
    expect(messages(rows).map((row) => row.joined)).toEqual([false, false, true]);
    expect(rows.find((row) => row.kind === 'unread')?.count).toBe(2);
  });

  it('[THREAD-1] says where the conversation begins only when nothing lies before', () => {
    expect(rowsOf({ items: [say(1, NOON)], before: false })[0]?.kind).toBe('start');
    expect(rowsOf({ items: [say(1, NOON)], before: true })[0]?.kind).toBe('day');
  });

  it('[THREAD-2] puts each reader’s face at the last own message that they read', () => {
    const [client, worker] = [clientOf(0), workerOf(0)];
    const items = [say(1, NOON, ME), say(2, NOON + 1, ME), say(3, NOON + 2, ME)];
    const reads = [
      { person: client, seq: 3, at: NOON },
      { person: worker, seq: 1, at: NOON },
    ];
    const rows = messages(rowsOf({ items, reads }));
    expect(rows.map((row) => row.readers.faces.map((face) => face.id))).toEqual([[worker.id], [], [client.id]]);
    expect(rows.map((row) => row.readers.all.length)).toEqual([2, 1, 1]);
  });

  it('[THREAD-2] a message that is not accepted has no readers', () => {
    const items = [say(1, NOON, ME, { seq: null })];
    expect(messages(rowsOf({ items, reads: [{ person: clientOf(0), seq: 9, at: NOON }] }))[0]?.readers.all).toEqual([]);
  });

  it('[INBOX-3] finds the row of a message, or of the first after one that is not there', () => {
    const rows = rowsOf({ items: [say(1, NOON), say(5, NOON + 1)] });
    expect(rows[rowOfSeq(rows, 5)]).toMatchObject({ item: { seq: 5 } });
    expect(rows[rowOfSeq(rows, 3)]).toMatchObject({ item: { seq: 5 } });
    expect(rowOfSeq(rows, 6)).toBe(-1);
  });

  it('[THREAD-7] counts as seen what ends above the lower edge, and not what is below it', () => {
    const rows = rowsOf({ items: [say(1, NOON), say(2, NOON + 1), say(3, NOON + 2)] });
    const lines = rows.map((_, index) => ({ index, end: (index + 1) * 50 }));
    expect(seenUpTo(lines, rows, 160)).toBe(2);
    expect(seenUpTo(lines, rows, 60)).toBe(0);
  });

  it('[THREAD-10] makes rows of 30,000 messages without going over them twice for each', () => {
    const items = Array.from({ length: 30_000 }, (_, index) => say(index + 1, NOON + index, authorOf(1, index)));
    const rows = rowsOf({ items, reads: [{ person: clientOf(0), seq: 30_000, at: NOON }] });
    expect(messages(rows)).toHaveLength(30_000);
    expect(messages(rows).filter((row) => row.readers.faces.length > 0)).toHaveLength(1);
  });

  it('[THREAD-10] a change elsewhere leaves a row as it is; its state, its group and its readers change it', () => {
    const own = say(1, NOON, ME);
    const last = rowsOf({ items: [own] });
    const stays = (input: Parameters<typeof rowsOf>[0]): boolean => messages(rowsOf(input, last))[0] === messages(last)[0];
    expect(stays({ items: [own, say(2, NOON + 1)] })).toBe(true);
    expect(stays({ items: [say(0, NOON - 1, ME), own] })).toBe(false);
    expect(stays({ items: [{ ...own, state: { kind: 'queued' } }] })).toBe(false);
    expect(stays({ items: [own], reads: [{ person: clientOf(0), seq: 1, at: NOON }] })).toBe(false);
  });

  it('[SYNC-4] the line at the start says when older messages are no longer on their way', () => {
    const input = { items: [say(1, NOON)], before: false };
    const [start] = rowsOf({ ...input, loading: false }, rowsOf({ ...input, loading: true }));
    expect(start).toMatchObject({ kind: 'start', loading: false });
  });
});
