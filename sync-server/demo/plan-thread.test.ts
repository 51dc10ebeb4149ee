import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import { THREAD_ROOTS } from '#shared/documents.ts';
import { entryKey, newId } from '#shared/ids.ts';

import { planThread, type ThreadPlan } from './plan-thread.ts';
import { historyOf, type HistoryStep } from './thread-history.ts';

const NOW = 1_800_000_000_000;
const LEASE = 1_234;
const ANA = '00000000-0000-4000-8000-000000000001';
const ROSA = '00000000-0000-4000-8000-000000000002';

const said = (minutes: number, by: string, text: string) => ({
  ago: minutes * 60_000,
  by,
  text,
  mentions: [],
  photos: [],
  reactions: [],
});

const accountOf = (person: string): string => (person === 'ana' ? ANA : ROSA);

function plan(items: Parameters<typeof historyOf>[0]): ThreadPlan {
  const steps = historyOf(items, { thread: 'all', now: NOW, accountOf, photosOf: () => [] });
  return planThread({ documentId: 7, conversation: newId(NOW), thread: 'all', context: { locks: [] }, steps }, LEASE);
}

function documentOf({ log }: ThreadPlan): Y.Doc {
  const doc = new Y.Doc();
  for (const { update } of log) Y.applyUpdate(doc, update);
  return doc;
}

describe('the plan of a thread', () => {
  it('[DEMO-9] an edit and a reaction get their own place, after what is said meanwhile', () => {
    const { entries, messages, reactions } = plan([
      { ...said(10, 'ana', 'Monday'), edited: { after: 5 * 60_000, text: 'Tuesday' }, reactions: [{ by: 'rosa', emoji: '👍' }] },
      said(9, 'rosa', 'When?'),
    ]);
    expect(entries.map(({ fact, seq }) => [seq, fact.kind])).toEqual([
      [1, 'message'],
      [2, 'message'],
      [3, 'react'],
      [4, 'edit'],
    ]);
    expect(messages[0]).toMatchObject({ fact: { text: 'Tuesday' }, editedAt: NOW - 5 * 60_000 });
    expect(reactions).toEqual([{ message: 1, account: ROSA, emoji: '👍', seq: 3 }]);
  });

  it('[DEMO-10] a removed message is empty in its row of the log, with its edits and reactions', () => {
    const made = plan([
      {
        ...said(10, 'ana', 'secret'),
        edited: { after: 60_000, text: 'secret too' },
        removed: { after: 5 * 60_000 },
        reactions: [{ by: 'rosa', emoji: '👀' }],
      },
      said(3, 'rosa', 'What was it?'),
    ]);
    expect(made.messages[0]).toMatchObject({ fact: { text: '' }, removedAt: NOW - 5 * 60_000 });
    expect(made.reactions).toEqual([]);
    expect(made.deletes).toHaveLength(2);
    for (const { update } of made.log) expect(Buffer.from(update).includes('secret')).toBe(false);
    const entries = documentOf(made).getMap(THREAD_ROOTS.entries);
    expect(made.entries.filter(({ key }) => entries.has(key)).map(({ fact }) => fact.kind)).toEqual([
      'react',
      'remove',
      'message',
    ]);
  });

  it('[DEMO-11] a long thread becomes rows that follow each other, and fit into a frame', () => {
    const steps = Array.from({ length: 400 }, (_, index): HistoryStep => {
      const at = NOW + index;
      const text = `${index} ${'word '.repeat(50)}`;
      return {
        kind: 'entry',
        account: ANA,
        id: newId(at),
        at,
        fact: { kind: 'message', text, mentions: [], attachments: [], sentAt: at },
      };
    });
    const made = planThread({ documentId: 7, conversation: newId(NOW), thread: 'all', context: { locks: [] }, steps }, LEASE);
    expect(made.log.length).toBeGreaterThan(3);
    expect(made.log.map(({ from }) => from)).toEqual([0, ...made.log.slice(0, -1).map(({ to }) => to)]);
    expect(made.log.at(-1)!.to).toBe(made.n);
    for (const { update } of made.log) expect(update.length).toBeLessThan(64 * 1024);
    const last = made.entries.at(-1)!;
    expect(documentOf(made).getMap(THREAD_ROOTS.accepted).get(entryKey(ANA, last.id))).toEqual([400, last.at]);
  });

  it('[DEMO-12] a thread of one event holds no message', () => {
    const made = plan([{ ago: 60_000, event: { type: 'conversation-created', by: 'ana' } }]);
    expect(made).toMatchObject({ nextSeq: 2, lastMessage: null, n: 2, entries: [] });
    expect([...documentOf(made).getMap(THREAD_ROOTS.context).keys()]).toEqual(['locks', `events/${made.events[0]!.id}`]);
  });
});
