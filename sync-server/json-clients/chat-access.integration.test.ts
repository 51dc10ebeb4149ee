import { beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import type { Account } from '#shared/api/accounts.ts';
import { CLOSE } from '#shared/wire.ts';

import { disableAccount } from '../storage/accounts.ts';
import { removeParticipant } from '../storage/change-conversation.ts';
import { revokeSession } from '../storage/sessions.ts';
import { worldForEachTest } from '../testing/in-file.ts';
import { connectJson, JsonClient, numberOf } from '../testing/json-client.ts';
import type { TestPostgres, TestServer } from '../testing/test-server.ts';
import { createWorld, type World } from '../testing/world.ts';

let postgres: TestPostgres;
let server: TestServer;
let world: World;
let number: number;

worldForEachTest((made) => ({ world, server, postgres } = made));
beforeEach(async () => {
  number = await numberOf(world);
});

const url = (): string => server.running.url;
const connect = (account: Account): Promise<JsonClient> => connectJson(world, account);

describe('access that ends', () => {
  it('[SERVER-3] closes the socket, and what it sends no longer counts', async () => {
    const [worker, client] = [await connect(world.worker), await connect(world.client)];
    await server.db.transact((tx) =>
      removeParticipant(tx, { conversation: world.conversation, account: world.worker.id, by: null }),
    );
    expect(await worker.closed()).toBe(CLOSE.notParticipant);
    client.send({ type: 'send_message', message: 'they do not see this' });
    await client.next('new_message', 0);
    expect(worker.of('new_message')).toEqual([]);
    const { accessToken } = await world.signIn(world.worker);
    expect(await new JsonClient(url(), number, { authorization: `Bearer ${accessToken}` }).refusal()).toBe(404);
  });

  it('[SERVER-3] with its session or its account closes the socket with 4401', async () => {
    const [first, second] = [await world.signIn(world.client), await world.signIn(world.client)];
    const [a, b] = [
      await JsonClient.open(url(), number, first.accessToken),
      await JsonClient.open(url(), number, second.accessToken),
    ];
    const [row] = await world.rows<{ id: string }>('SELECT id FROM sessions WHERE device_id = $1', [first.device.id]);
    await server.db.transact((tx) => revokeSession(tx, row!.id, world.client.id, 'ended'));
    expect(await a.closed()).toBe(CLOSE.signIn);
    expect(b.close).toBeNull();
    await server.db.transact((tx) => disableAccount(tx, world.client.id));
    expect(await b.closed()).toBe(CLOSE.signIn);
  });
});

describe('limits', () => {
  it('[SERVER-3] a JSON client that sends too fast is told so and closed with 4429', async () => {
    const client = await connect(world.client);
    for (let index = 0; index < 600; index++) client.raw('7');
    expect(await client.closed()).toBe(CLOSE.tooFast);
    expect(client.frames.at(-1)).toEqual({ type: 'error', code: 'too-many-requests', message: expect.any(String) });
  });

  it('[SERVER-3] a JSON client that stops reading is closed instead of filling memory, and reads it by HTTP', async () => {
    const [writer, slow] = [await world.join(world.client), await connect(world.staff)];
    slow.pause();
    let last = '';
    for (let batch = 0; batch < 60; batch++) {
      const facts = Array.from({ length: 25 }, () => [writer.key(), writer.message('x'.repeat(8_000))] as const);
      const update = writer.factsUpdate(facts);
      Y.applyUpdate(writer.doc, update);
      writer.sendUpdate(update);
      last = facts.at(-1)![0];
      await writer.accepted(last);
    }
    slow.resume();
    // 1006 when it didn't even answer the close in time.
    expect([CLOSE.tryLater, 1006]).toContain(await slow.closed());
  });

  it('[SERVER-3] a server that stops commits what was sent, and closes JSON sockets with 1012', async () => {
    const going = await postgres.server();
    const there = await createWorld(going);
    const { accessToken } = await there.signIn(there.client);
    const client = await JsonClient.open(going.running.url, await numberOf(there), accessToken);
    client.send({ type: 'send_message', message: 'just before' });
    await client.next('new_message', 0);
    await going.running.stop();
    expect(await client.closed()).toBe(CLOSE.restarting);
  });
});
