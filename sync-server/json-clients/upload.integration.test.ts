import sharp from 'sharp';
import { expect, test } from 'vitest';

import type { Account } from '#shared/api/accounts.ts';

import { setLock } from '../storage/locks.ts';
import { worldForEachTest } from '../testing/in-file.ts';
import { JsonClient, numberOf } from '../testing/json-client.ts';
import type { TestServer } from '../testing/test-server.ts';
import type { World } from '../testing/world.ts';

let world: World;
let server: TestServer;
worldForEachTest((made) => ({ world, server } = made), { files: { mostBytes: 1024 * 1024 } });

type Uploaded = { success: true; attachment_url: string; file: { id: string; name: string; type: string; bytes: number } };

async function upload(account: Account, path: string, bytes: Uint8Array<ArrayBuffer>, name = 'photo.jpg') {
  const { accessToken } = await world.signIn(account);
  const form = new FormData();
  form.append('note', 'not a file');
  form.append('image', new File([bytes], name, { type: 'text/html' }));
  const headers = { authorization: `Bearer ${accessToken}` };
  const answer = await fetch(`${server.running.url}${path}`, { method: 'POST', headers, body: form });
  return { status: answer.status, body: (await answer.json()) as Uploaded & { error?: string } };
}

const photo = async () => {
  const image = sharp({ create: { width: 30, height: 20, channels: 3, background: 'red' } });
  return new Uint8Array(
    await image
      .withExif({ IFD0: { Artist: 'a person' } })
      .jpeg()
      .toBuffer(),
  );
};

test('[SERVER-3] a photo that is sent as a form is told by a link that shows it without a sign-in', async () => {
  const number = await numberOf(world);
  const sent = await upload(world.client, `/api/conversations/${number}/upload`, await photo());
  expect(sent.status).toBe(201);
  expect(sent.body).toMatchObject({ success: true, file: { name: 'photo.jpg', type: 'image/jpeg', width: 30, height: 20 } });
  const shown = await fetch(`${server.running.url}${sent.body.attachment_url}`);
  expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  expect(Buffer.from(await shown.arrayBuffer()).includes('a person')).toBe(false);
  const { accessToken } = await world.signIn(world.client);
  const client = await JsonClient.open(server.running.url, number, accessToken);
  client.send({ type: 'send_message', message: 'Look', attachment_url: sent.body.attachment_url });
  const { message } = (await client.next('new_message', 0)) as unknown as { message: { attachment_url: string } };
  expect(message.attachment_url).toContain(`/api/v1/files/${sent.body.file.id}?expires=`);
  const history = await server.http.call<{ messages: { attachment_url: string }[] }>(
    'GET',
    `/api/conversations/${number}/messages`,
    {
      token: accessToken,
    },
  );
  expect((await fetch(`${server.running.url}${history.body.messages[0]!.attachment_url}`)).status).toBe(200);
});

test('[SERVER-3] staff send by their path, others by theirs, nobody to what is not theirs', async () => {
  const number = await numberOf(world);
  const [agency, own] = [`/api/agency/conversations/${number}/upload`, `/api/conversations/${number}/upload`];
  const stranger = await server.fixture.account('client');
  for (const [account, path, status] of [
    [world.staff, agency, 201],
    [world.staff, own, 201],
    [world.client, agency, 404],
    [world.worker, own, 201],
    [stranger, own, 404],
    [world.client, '/api/conversations/999999/upload', 404],
    [world.client, '/api/conversations/x/upload', 404],
  ] as const) {
    expect((await upload(account, path, await photo())).status).toBe(status);
  }
});

test('[LOCK-1] a lock holds for files that come as a form', async () => {
  const path = `/api/conversations/${await numberOf(world)}/upload`;
  const lock = (on: boolean) =>
    server.db.transact((tx) => setLock(tx, { conversation: world.conversation, reason: 'dispute', on, by: null }));
  await lock(true);
  const refused = await upload(world.client, path, await photo());
  expect([refused.status, refused.body.error]).toEqual([409, expect.stringContaining('closed')]);
  await lock(false);
  expect((await upload(world.client, path, await photo())).status).toBe(201);
});

test('[SERVER-3] what is no file, too large or a program is answered with why', async () => {
  const path = `/api/conversations/${await numberOf(world)}/upload`;
  const { accessToken } = await world.signIn(world.client);
  const raw = async (type: string, body: string | Uint8Array<ArrayBuffer>) => {
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': type };
    const answer = await fetch(`${server.running.url}${path}`, { method: 'POST', headers, body });
    return [answer.status, typeof ((await answer.json()) as { error: unknown }).error];
  };
  expect(await raw('application/json', '{}')).toEqual([400, 'string']);
  expect(await raw('multipart/form-data; boundary=x', '--x\r\nrubbish')).toEqual([400, 'string']);
  expect(await raw('multipart/form-data', 'rubbish')).toEqual([400, 'string']);
  expect(await raw('multipart/form-data; boundary=x', '--x--\r\n')).toEqual([400, 'string']);
  expect(await raw('multipart/form-data; boundary=x', new Uint8Array(2 * 1024 * 1024))).toEqual([413, 'string']);
  expect((await upload(world.client, path, new Uint8Array(1024 * 1024 + 10))).status).toBe(413);
  expect((await upload(world.client, path, new Uint8Array(0))).status).toBe(400);
  for (const name of ['a.exe', '../a.jpg']) expect((await upload(world.client, path, await photo(), name)).status).toBe(400);
});
