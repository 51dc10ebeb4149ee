import { beforeEach, expect, test } from 'vitest';

import { postgresInFile } from '../testing/in-file.ts';
import type { TestDatabase } from '../testing/test-server.ts';
import { openCursor, streamPage } from './feed-items.ts';
import { DEFAULT_FEED_KEEP, pruneFeed, type FeedKeep } from './feed-keep.ts';
import { appendFeed } from './feed.ts';

let database: TestDatabase;
let agency: string;
let owner: string;
let client: string;

postgresInFile(async (postgres) => {
  database = await postgres.database();
});

/** Ten rows in each stream: of an agency with two of the staff, and of a client. */
beforeEach(async () => {
  const { fixture, db } = database;
  const made = await fixture.agency();
  const staff = await fixture.account('owner', { agency: made });
  await fixture.account('staff', { agency: made });
  [agency, owner, client] = [made.id, staff.id, (await fixture.account('client')).id];
  await db.transact((tx) => tx.rows('DELETE FROM feed'));
  const rows = [agency, client].flatMap((stream) =>
    Array.from({ length: 10 }, () => ({ stream, kind: 'account' as const, account: owner })),
  );
  await db.transact((tx) => appendFeed(tx, rows));
});

const numbers = async (stream: string): Promise<number[]> =>
  (
    await database.db.read((reader) => reader.rows<{ n: number }>('SELECT n FROM feed WHERE stream = $1 ORDER BY n', [stream]))
  ).map(({ n }) => n);

/** The first `count` rows of a stream are of so many days ago. */
async function age(stream: string, count: number, days: number): Promise<void> {
  await database.db.transact((tx) =>
    tx.rows('UPDATE feed SET at = now() - make_interval(days => $3) WHERE stream = $1 AND n <= $2', [stream, count, days]),
  );
}

const keeping = (some: Partial<FeedKeep>): FeedKeep => ({ ...DEFAULT_FEED_KEEP, ...some });

test('[FEED-2] what is older than the days that are kept goes, a range at a time, and nothing else', async () => {
  await age(agency, 7, 8);
  await age(client, 10, 6);
  // Three times, as two are taken at once.
  expect(await pruneFeed(database.db, keeping({ days: 7 }), () => false, 2)).toBe(7);
  expect([await numbers(agency), (await numbers(client)).length]).toEqual([[8, 9, 10], 10]);
  expect(await pruneFeed(database.db, keeping({ days: 7 }))).toBe(0);
});

test('[FEED-2] how much is kept within that time grows with the agency', async () => {
  const keep = keeping({ rowsPerPerson: 4, rowsLeast: 3 });
  expect(await pruneFeed(database.db, keep)).toBe(9);
  expect([await numbers(agency), await numbers(client)]).toEqual([
    [3, 4, 5, 6, 7, 8, 9, 10],
    [8, 9, 10],
  ]);
});

test('[FEED-2] whoever stands before what is left is told so, also in the middle of reading; whoever has all of it goes on', async () => {
  const { db } = database;
  await age(client, 10, 8);
  await pruneFeed(db, keeping({ days: 7 }));
  const cursor = (n: number): string => Buffer.from(JSON.stringify([[client, n]])).toString('base64url');
  const open = (n: number) =>
    db.read((reader) => openCursor(reader, { account: client, role: 'client', agencyId: null }, cursor(n)));
  await expect(open(9)).rejects.toMatchObject({ code: 'gone' });
  expect(await open(10)).toEqual(new Map([[client, 10]]));
  await db.transact((tx) => appendFeed(tx, [{ stream: client, kind: 'account', account: client }]));
  expect((await db.read((reader) => streamPage(reader, client, 10, 5))).rows).toHaveLength(1);
  await expect(db.read((reader) => streamPage(reader, client, 9, 5))).rejects.toMatchObject({ code: 'gone' });
});

test('[FEED-2] a stop ends it between two ranges', async () => {
  await age(agency, 10, 8);
  let asked = 0;
  expect(await pruneFeed(database.db, keeping({ days: 7 }), () => asked++ > 0, 2)).toBe(2);
  expect((await numbers(agency)).length).toBe(8);
});
