import { expect, it } from 'vitest';

import type { SessionResponse } from '#shared/api/accounts.ts';

import { beginTimeline, noteTimeline } from './storage/timeline.ts';
import { worldForEachTest } from './testing/in-file.ts';
import { FeedClient, RawClient } from './testing/raw-client.ts';
import type { TestServer } from './testing/test-server.ts';
import type { World } from './testing/world.ts';

let world: World;
let server: TestServer;
worldForEachTest((made) => {
  ({ world, server } = made);
});

const timelineOf = async (token: string): Promise<string> =>
  (await server.http.call<{ timeline: string }>('GET', '/api/v1/conversations', { token })).body.timeline;

it('[RESTORE-2] a database that was set back has another history: who knows the old one is told before anything else', async () => {
  const session = await world.signIn(world.client);
  const before = await timelineOf(session.accessToken);
  const path = `${world.conversation}/all/1?timeline=${before}`;
  const open = await RawClient.open(server.running.url, path, session);
  const feed = await FeedClient.open(server.running.url, session);
  const [lease] = await world.rows<{ last: number }>('SELECT last_value AS last FROM leases');
  await server.db.transact(beginTimeline);
  expect([await open.closed(), await feed.closed()]).toEqual([1012, 1012]);
  expect(await timelineOf(session.accessToken)).not.toBe(before);
  const late = new RawClient(server.running.url, path, session);
  expect(await late.closed()).toBe(1013);
  expect(late.serverVector).toBeNull();
  const old = new FeedClient(server.running.url, session, `${feed.cursor}&timeline=${before}`);
  expect(await old.closed()).toBe(1006);
  // Who says nothing of a history is served: clients of other makers.
  (await world.open(session)).terminate();
  const [now] = await world.rows<{ last: number }>('SELECT last_value AS last FROM leases');
  expect(now!.last).toBeGreaterThan(lease!.last + 999_999);
});

it('[RESTORE-3] a restore is seen by what it does not bring along, once', async () => {
  expect(await noteTimeline(server.db)).toBe(false);
  const [before] = await world.rows<{ id: string }>('SELECT id FROM timeline');
  // As in a database that pg_restore made: the table has another id there.
  await world.rows("UPDATE timeline SET trace = '1/2/3'");
  expect(await noteTimeline(server.db)).toBe(true);
  expect(await noteTimeline(server.db)).toBe(false);
  const [after] = await world.rows<{ id: string }>('SELECT id FROM timeline');
  expect(after!.id).not.toBe(before!.id);
});

it('[RESTORE-4] a sign-in goes on over a restore, by its newest token, and a token that was copied does not', async () => {
  const first = await server.http.signIn(world.client);
  const refresh = (refreshToken: string) =>
    server.http.call<SessionResponse>('POST', '/api/v1/session/refresh', { body: { refreshToken } });
  const [row] = await world.rows<{ id: string; refresh_hash: Buffer; previous_hash: Buffer | null; last_used_at: Date }>(
    'SELECT s.* FROM sessions s WHERE s.account_id = $1',
    [world.client.id],
  );
  const second = (await refresh(first.refreshToken)).body;
  const third = (await refresh(second.refreshToken)).body;
  await world.rows('UPDATE sessions SET refresh_hash = $2, previous_hash = $3, last_used_at = $4 WHERE id = $1', [
    row!.id,
    row!.refresh_hash,
    row!.previous_hash,
    row!.last_used_at,
  ]);
  await server.db.transact(beginTimeline);
  const next = await refresh(third.refreshToken);
  expect(next.status).toBe(200);
  expect((await refresh(second.refreshToken)).status).toBe(401);
  expect((await refresh(next.body.refreshToken)).status).toBe(401);
});
