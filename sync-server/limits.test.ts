import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { MinuteCounts } from './counts.ts';
import { isWithin } from './http/json-shape.ts';
import { DEFAULT_LIMITS, readLimits, type LimitName } from './limits.ts';
import { silentLog, type LogFields } from './log.ts';
import { createRefusals } from './refusals.ts';

test('[SERVER-6] limits are changed by name, and a name or number that is none is said', () => {
  expect(readLimits('')).toEqual(DEFAULT_LIMITS);
  expect(readLimits('socketsPerAccount=500, callsPerAccount=1')).toEqual({
    ...DEFAULT_LIMITS,
    socketsPerAccount: 500,
    callsPerAccount: 1,
  });
  expect(() => readLimits('sockets=5')).toThrow('"sockets"');
  expect(() => readLimits('socketsPerAccount=0')).toThrow('"socketsPerAccount"');
  expect(() => readLimits('socketsPerAccount=lots')).toThrow('"socketsPerAccount"');
  expect(() => readLimits('__proto__=1')).toThrow('"__proto__"');
});

test('[SERVER-6] the table of the interfaces has each limit with its number', () => {
  const [, section] = readFileSync(join(import.meta.dirname, '../docs/api.md'), 'utf8').split('\n## Limits\n');
  const rows = [...section!.split('\n## ')[0]!.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)];
  expect(Object.fromEntries(rows.map(([, name, number]) => [name, Number(number)]))).toEqual(DEFAULT_LIMITS);
});

test('[SERVER-6] what a limit refuses is counted each time, and said in the log once a minute', () => {
  const counted: LimitName[] = [];
  const said: LogFields[] = [];
  let now = 0;
  const log = { ...silentLog, warn: (_event: string, fields: LogFields = {}) => void said.push(fields) };
  const refused = createRefusals({ limited: (limit) => void counted.push(limit) }, log, () => now);
  for (let times = 0; times < 1_000; times++) refused('frames');
  refused('updates');
  now = 61_000;
  refused('frames');
  expect(counted).toHaveLength(1_002);
  expect(said).toEqual([
    { limit: 'frames', alsoSinceThen: 0 },
    { limit: 'updates', alsoSinceThen: 0 },
    { limit: 'frames', alsoSinceThen: 999 },
  ]);
});

test('[SERVER-6] counts of a minute begin anew with the next, and never take more than so much memory', () => {
  const counts = new MinuteCounts();
  for (let times = 0; times < 3; times++) counts.add('one', 0);
  expect([counts.isOver('one', 3, 59_999), counts.isOver('other', 3, 0), counts.left(10_000)]).toEqual([true, false, 50_000]);
  expect(counts.isOver('one', 3, 60_000)).toBe(false);
  for (let key = 0; key < 50_001; key++) counts.add(`many ${key}`, 60_000);
  expect(counts.isOver('many 1', 1, 60_000)).toBe(false);
});

test('[SERVER-6] JSON is judged by its values and its depth, wherever they are', () => {
  const few = { jsonValues: 5, jsonDepth: 2 };
  expect(isWithin([1, 2, 3, 4], few)).toBe(true);
  expect(isWithin([1, 2, 3, 4, 5], few)).toBe(false);
  expect(isWithin({ a: { b: 1 } }, few)).toBe(true);
  expect(isWithin({ a: { b: { c: 1 } } }, few)).toBe(false);
  expect(isWithin('text', few)).toBe(true);
});
