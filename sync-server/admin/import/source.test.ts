import { expect, test } from 'vitest';

import { UUID_V7 } from '#shared/ids.ts';

import { readSource } from './source.ts';

const line = (change: object) =>
  JSON.stringify({
    id: 'a',
    title: 'A job',
    participants: [{ id: 'rosa', role: 'client', name: 'Rosa' }],
    messages: [
      { sender: 'rosa', text: 'one', at: '2026-03-01T08:00:00.123+08:00' },
      { sender: 'rosa', text: 'two', at: '2026-03-01T08:00:00.123+08:00' },
    ],
    ...change,
  });

test('[IMPORT-1] a message keeps its id from one import to the next, and no two have the same', () => {
  const first = readSource(line({}), 1).conversation!.messages;
  const again = readSource(line({ title: 'Another title' }), 9).conversation!.messages;
  const other = readSource(line({ id: 'b' }), 1).conversation!.messages;
  expect(again).toEqual(first);
  const ids = [...first, ...other].map(({ id }) => id);
  expect(new Set(ids).size).toBe(4);
  for (const id of ids) expect(id).toMatch(UUID_V7);
  const at = Date.parse('2026-03-01T00:00:00.123Z');
  expect(first[0]!.at).toBe(at);
  expect(Number.parseInt(first[0]!.id.replace('-', '').slice(0, 12), 16)).toBe(at);
});

test.each([
  ['nonsense', 'is no JSON'],
  ['[]', 'expected object'],
  [line({ id: '' }), '"id"'],
  [line({ title: 'x'.repeat(201) }), '"title"'],
  [line({ participants: [] }), '"participants"'],
  [line({ participants: [{ id: 'x', role: 'king', name: 'X' }] }), '"participants.0.role"'],
  [line({ title: 'a\0b' }), 'NUL'],
])('[IMPORT-1] a line that is not as it should be is refused whole: %s', (text, reason) => {
  const { conversation, refused } = readSource(text, 7);
  expect(conversation).toBeNull();
  expect(refused).toEqual([{ line: 7, message: null, reason: expect.stringContaining(reason) as string }]);
});
