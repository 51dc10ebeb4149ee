import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { silentLog, type Log } from './log.ts';
import { openStorage } from './open-storage.ts';
import { migrate } from './storage/migrate.ts';
import { postgresInFile } from './testing/in-file.ts';
import { FeedClient, RawClient } from './testing/raw-client.ts';
import type { TestPostgres, TestServer } from './testing/test-server.ts';
import { createWorld, type World } from './testing/world.ts';

const MIGRATIONS = join(import.meta.dirname, 'storage/migrations');

/** What the next version might add: a column to each table that there is, a table, an index. */
const EXPAND = `DO $$ DECLARE one text; BEGIN
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('ALTER TABLE %I ADD COLUMN of_the_next_version text NOT NULL DEFAULT ''new''', one);
  END LOOP;
END $$;
CREATE TABLE of_the_next_version (id uuid PRIMARY KEY);
CREATE INDEX ON of_the_next_version (id);`;
const CONTRACT = 'ALTER TABLE conversations DROP COLUMN last_activity_at;';

let postgres: TestPostgres;
postgresInFile((given) => {
  postgres = given;
});

/** The migrations of a later version. */
async function later(more: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(postgres.dataDir, 'later-'));
  await cp(MIGRATIONS, folder, { recursive: true });
  for (const [name, sql] of Object.entries(more)) await writeFile(join(folder, name), `-- Up Migration\n${sql}\n`);
  return folder;
}

function listening(): { log: Log; events: string[] } {
  const events: string[] = [];
  const note = (event: string): void => void events.push(event);
  return { log: { ...silentLog, info: note, warn: note, error: note }, events };
}

const enter = (server: TestServer, world: World, account: World['client']): Promise<RawClient> =>
  world.signIn(account).then((session) => RawClient.open(server.running.url, `${world.conversation}/all/1`, session));

/** Writes one message after the other, and goes on at another node when its own ends. */
function writing(world: World, first: TestServer, second: () => TestServer): { accepted: string[]; stop(): Promise<void> } {
  const accepted: string[] = [];
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    let client = await enter(first, world, world.client);
    while (!stopping.signal.aborted) {
      const key = client.key();
      // One that was cut off stands or not: its writer was told nothing, and a decent client would send it again.
      const outcome = await Promise.race([
        client.write(client.message(key), key),
        client.watch.until('its end', () => client.close ?? undefined),
      ]);
      if (typeof outcome === 'object') accepted.push(outcome.key);
      else client = await enter(second(), world, world.client);
    }
    client.terminate();
  };
  const done = run();
  return {
    accepted,
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

/** What an app asks for, over and over: each statement is prepared in more than one connection. The answers' statuses. */
async function use(server: TestServer, world: World): Promise<number[]> {
  const { accessToken } = await world.signIn(world.staff);
  const at = `conversations/${world.conversation}`;
  const own = ['conversations', at, `${at}/messages`, `${at}/export?format=json`, `log/${world.conversation}/all/1`];
  const paths = [...own, 'server', 'sessions', 'people', 'feed', 'notifications'];
  const calls = [...paths, ...paths, ...paths].map((path) => server.http.call('GET', `/api/v1/${path}`, { token: accessToken }));
  const reads = [{ conversation: world.conversation, thread: 'all', seq: 1 }];
  calls.push(server.http.call('PUT', '/api/v1/reads', { token: accessToken, body: reads }));
  return (await Promise.all(calls)).map(({ status }) => status);
}

test('[NODES-9] a new version beside the old one: what it adds disturbs nobody, the old one is stopped, and no message is lost or doubled', async () => {
  const one = await postgres.server();
  const world = await createWorld(one);
  const reader = await FeedClient.open(one.running.url, await world.signIn(world.staff));
  let two: TestServer | null = null;
  const writer = writing(world, one, () => two!);
  const more = async (by: number): Promise<void> => {
    const before = writer.accepted.length;
    await expect.poll(() => writer.accepted.length).toBeGreaterThan(before + by);
  };
  await more(5);
  expect(Math.max(...(await use(one, world)))).toBeLessThan(300);

  const { log, events } = listening();
  await migrate(one.url, log, { folder: await later({ '9000_next.sql': EXPAND }), pauseMs: 10 });
  expect(events).toContain('migrated');
  // The old node serves on, on a database that is a step ahead; and it could be started again there.
  await more(5);
  expect(Math.max(...(await use(one, world)))).toBeLessThan(300);
  two = await postgres.server({ beside: one });
  const there = await enter(two, world, world.worker);
  await more(5);
  expect(Math.max(...(await use(two, world)))).toBeLessThan(300);

  await one.running.stop();
  await more(5);
  await writer.stop();
  await there.watch.until('the last one', () => there.stamp(writer.accepted.at(-1)!));
  const seqs = writer.accepted.map((key) => there.stamp(key)?.[0]);
  expect(new Set(seqs).size).toBe(writer.accepted.length);
  expect(seqs).not.toContain(undefined);
  expect(reader.items.some((item) => item.kind === 'entry')).toBe(true);
  const rows = await world.rows<{ twice: number }>(
    'SELECT count(*) - count(DISTINCT text) AS twice FROM messages WHERE conversation_id = $1',
    [world.conversation],
  );
  expect(rows).toEqual([{ twice: 0 }]);
  await two.running.stop();
}, 90_000);

test('[NODES-9] a migration that waits for a table lets the others pass, and tries again', async () => {
  const one = await postgres.server();
  const world = await createWorld(one);
  const here = await enter(one, world, world.client);
  const held = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const report = one.db.transact(async (tx) => {
    await tx.rows('LOCK TABLE messages IN ACCESS SHARE MODE');
    held.resolve();
    await end.promise;
  });
  await held.promise;
  const { log, events } = listening();
  let done = false;
  const next = later({ '9000_next.sql': 'ALTER TABLE messages ADD COLUMN of_the_next_version text;' });
  const migrating = migrate(one.url, log, { folder: await next, lockMs: 50, pauseMs: 10 }).then(() => {
    done = true;
  });
  await expect.poll(() => events.filter((event) => event === 'migration-waits').length).toBeGreaterThan(1);
  await here.write(here.message('beside it'));
  expect(done).toBe(false);
  end.resolve();
  await report;
  await migrating;
  await here.write(here.message('behind it'));
  expect(events).toContain('migrated');
}, 60_000);

test('[NODES-9] what takes something away waits until nobody needs it, and is refused by whoever still would', async () => {
  const one = await postgres.server();
  const folder = await later({ '9000_next.sql': EXPAND, '9001_gone.contract.sql': CONTRACT });
  const bringUp = (): Promise<void> => migrate(one.url, silentLog, { folder });
  const columns = (): Promise<unknown[]> =>
    one.db.read((reader) =>
      reader.rows(`SELECT 1 FROM information_schema.columns WHERE column_name IN ('last_activity_at', 'of_the_next_version')`),
    );
  await expect(bringUp()).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('one node of an older one'),
  });
  expect(await columns()).toHaveLength(1);
  await one.running.stop();
  await bringUp();
  expect((await columns()).length).toBeGreaterThan(1);
  // The version before, started again by somebody.
  const again = openStorage({ databaseUrl: one.url, dataDir: join(postgres.dataDir, 'again') }, silentLog, 'server');
  await expect(again).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('A newer version') });
}, 60_000);
