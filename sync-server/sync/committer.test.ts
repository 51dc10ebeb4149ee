import { afterEach, expect, test, vi } from 'vitest';

import { silentLog, type LogFields } from '../log.ts';
import { createMeters } from '../metrics/meters.ts';
import type { Database } from '../storage/database.ts';
import { Committer, type Work } from './committer.ts';
import { startOpening } from './opening.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const WORK = { kind: 'me' } as unknown as Work;

test('[SERVER-6] a commit that people notice is in the log once, with its time and size and nothing of what was written', async () => {
  const warned: [string, LogFields | undefined][] = [];
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  let takes = 10;
  const database = {
    async transact() {
      now += takes;
      return { outcomes: [{ kind: 'accepted' }, { kind: 'accepted' }], rows: [], documents: [], streams: [] };
    },
  } as unknown as Database;
  const meters = createMeters({ version: 'test' });
  const committer = new Committer({
    database,
    log: { ...silentLog, warn: (event, fields) => void warned.push([event, fields]) },
    now: () => now,
    limits: { epochEntries: 1, epochEntriesMost: 1 },
    meters,
    onCommitted() {
      now += 5;
    },
  });
  await Promise.all([committer.submit(WORK, 1), committer.submit(WORK, 1)]);
  expect(warned).toEqual([]);
  takes = 3_000;
  const both = [committer.submit(WORK, 10), committer.submit(WORK, 10)];
  expect(committer.waiting).toEqual({ updates: 2, bytes: 20 });
  await Promise.all(both);
  expect(warned).toEqual([['commit-slow', { ms: 3_000, updates: 2, attempt: 0 }]]);
  const told = await meters.text();
  const sums = ['commit_seconds', 'accept_seconds', 'delivery_seconds', 'commit_batch_updates'].map((name) =>
    Number(Number(new RegExp(`^trialogue_${name}_sum (.*)$`, 'm').exec(told)![1]).toFixed(6)),
  );
  expect(sums).toEqual([3.01, 6.02, 6.04, 4]);
});

test('[SERVER-6] a stop does not wait for a database that never answers', async () => {
  const db = { read: () => new Promise(() => {}), transact: () => new Promise(() => {}) } as unknown as Database;
  const opening = startOpening(db, silentLog, { everyMs: 60_000, now: Date.now });
  await expect(opening.stop(10)).resolves.toBeUndefined();
});
