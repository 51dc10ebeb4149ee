import { describe, expect, it } from 'vitest';

import { newId } from '#shared/ids.ts';

import type { Transaction } from '../storage/database.ts';
import { attachSync } from '../sync/attach.ts';
import { postgresInFile } from '../testing/in-file.ts';
import { connectJson, toldAs } from '../testing/json-client.ts';
import { runAdmin } from '../testing/run-admin.ts';
import type { TestPostgres, TestServer } from '../testing/test-server.ts';
import { createWorld, type World } from '../testing/world.ts';

let postgres: TestPostgres;

postgresInFile((started) => {
  postgres = started;
});

async function textsOf(world: World): Promise<string[]> {
  const rows = await world.rows<{ text: string }>('SELECT text FROM messages WHERE conversation_id = $1 ORDER BY seq', [
    world.conversation,
  ]);
  return rows.map(({ text }) => text);
}

/** Ends every connection of the server to Postgres but the one that asks. */
async function resetConnections({ db }: TestServer): Promise<void> {
  await db.read((reader) =>
    reader.rows(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND query NOT ILIKE 'LISTEN%'`,
    ),
  );
}

describe('a connection to Postgres that breaks under JSON clients', () => {
  it('[SERVER-3] again and again: what they send again after it is there once, and documents and rows agree', async () => {
    const server = await postgres.server();
    const world = await createWorld(server);
    const [first, second] = [await connectJson(world, world.client), await connectJson(world, world.client)];
    const frames = Array.from({ length: 80 }, (_, index) => ({
      type: 'send_message',
      message: `${index}`,
      client_message_id: newId(),
    }));
    for (let round = 0; round < 8; round++) {
      for (const frame of frames.slice(round * 10, round * 10 + 10)) (round % 2 ? first : second).send(frame);
      await resetConnections(server);
    }
    for (const client of [first, second]) {
      for (;;) {
        const missing = frames.filter(
          ({ message }) => !client.of('new_message').some((told) => (told['message'] as { text: string }).text === message),
        );
        if (missing.length === 0) break;
        const answers = client.frames.length;
        for (const frame of missing) client.send(frame);
        await client.until('an answer to each', () => client.frames.length >= answers + missing.length);
      }
    }
    expect((await textsOf(world)).sort()).toEqual(frames.map(({ message }) => message).sort());
    for (const error of [...first.of('error'), ...second.of('error')]) expect(error).toMatchObject({ code: 'unavailable' });
    const check = await runAdmin({ DATABASE_URL: server.url }, ['check', '--json']);
    expect([check.code, JSON.parse(check.stdout)]).toMatchObject([0, { problems: 0 }]);
  });

  it('[SERVER-3] after a commit whose answer was lost, its message is there and told once', async () => {
    let lose = false;
    const losing = await postgres.server({
      attach: (parts) => {
        async function transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
          const result = await parts.commits.transact(work);
          if (!lose) return result;
          lose = false;
          throw Object.assign(new Error('the connection was reset after the commit'), { code: 'ECONNRESET' });
        }
        return attachSync({ ...parts, commits: { ...parts.commits, transact } });
      },
    });
    const world = await createWorld(losing);
    const [client, staff] = [await connectJson(world, world.client), await connectJson(world, world.staff)];
    // The first also makes the lease, in a transaction of its own.
    client.send({ type: 'send_message', message: 'before' });
    await client.next('new_message', 0);
    lose = true;
    client.send({ type: 'send_message', message: 'is it there' });
    client.send({ type: 'send_message', message: 'and on it goes' });
    for (const one of [client, staff]) await one.until('the last', () => one.of('new_message').length >= 3);
    expect(lose).toBe(false);
    const told = await Promise.all(['before', 'is it there', 'and on it goes'].map((text) => toldAs(world, text)));
    expect(client.frames.slice(1)).toEqual(told);
    expect(staff.frames.slice(1)).toEqual(told);
    expect(await textsOf(world)).toEqual(['before', 'is it there', 'and on it goes']);
  });
});
