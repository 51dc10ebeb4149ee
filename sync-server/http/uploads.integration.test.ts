import { createHash, randomBytes } from 'node:crypto';
import { copyFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import sharp from 'sharp';
import { beforeEach, describe, expect, test } from 'vitest';

import type { Account } from '#shared/api/accounts.ts';
import type { FileState } from '#shared/api/files.ts';
import type { AttachmentFact } from '#shared/facts.ts';
import { newId } from '#shared/ids.ts';

import { collect, LEAVING_MS, UNNAMED_MS } from '../files/collect.ts';
import type { Files } from '../files/files.ts';
import { removeParticipant } from '../storage/change-conversation.ts';
import { attachSync } from '../sync/attach.ts';
import { worldForEachTest } from '../testing/in-file.ts';
import type { TestPostgres, TestServer } from '../testing/test-server.ts';
import { tusClient, type TusClient } from '../testing/tus-client.ts';
import type { World } from '../testing/world.ts';

let world: World;
let server: TestServer;
let postgres: TestPostgres;
let files: Files;
let client: TusClient;
let token: string;
worldForEachTest((made) => ({ world, server, postgres } = made), {
  files: { mostBytes: 3 * 1024 * 1024 },
  attach(parts) {
    files = parts.files;
    return attachSync(parts);
  },
});
beforeEach(async () => {
  ({ accessToken: token } = await world.signIn(world.client));
  client = tusClient(server.running.url, token);
});

const SEED = Number(process.env['SEED'] ?? (process.env['OTHER_DICE'] ? Date.now() % 1_000_000 : 5126));

/** Numbers below `most`, the same for the same seed. */
function numbers(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

const place = (more: Record<string, string> = {}) => ({ conversation: world.conversation, name: 'a.bin', ...more });
const begin = async (bytes: number, more: Record<string, string> = {}, by = client) => {
  const made = await by.create(place(more), bytes);
  expect([made.status, made.body]).toEqual([201, '']);
  return made.headers.get('location')!;
};
const idIn = (location: string) => location.split('/').at(-1)!;
const stateOf = async (id: string) => server.http.call<FileState>('GET', `/api/v1/files/${id}/state`, { token });
const bytesOf = async (id: string) => {
  const answer = await fetch(`${server.running.url}/api/v1/files/${id}`, { headers: { authorization: `Bearer ${token}` } });
  return Buffer.from(await answer.arrayBuffer());
};
const offsetOf = async (location: string) => Number((await client.head(location)).headers.get('upload-offset'));

const after = (ms: number) => new Date(Date.now() + ms + 60_000);
const upload = async (bytes: Buffer, name = 'a.bin') => {
  const path = `/api/v1/conversations/${world.conversation}/files?name=${name}`;
  return (await server.http.call<AttachmentFact>('POST', path, { token, body: bytes })).body;
};
const rounds = async (...times: Date[]) => {
  for (const at of times) await collect(files.collecting, at);
};
const statusOf = async (id: string) => (await stateOf(id)).status;

const madeStatus = async (made: Promise<{ status: number }>) => (await made).status;
const as = async (account: Account) => tusClient(server.running.url, (await world.signIn(account)).accessToken);
const ALL = () => [after(UNNAMED_MS), after(UNNAMED_MS + LEAVING_MS + 1_000)];

test(`[FILE-1] in whatever pieces a file comes, and wherever it breaks off, it ends in the same bytes (seed ${SEED})`, async () => {
  const below = numbers(SEED);
  for (let round = 0; round < 12; round++) {
    const bytes = randomBytes(1 + below(300_000));
    const location = await begin(bytes.length);
    let last: unknown = null;
    for (let offset = 0; offset < bytes.length;) {
      const piece = bytes.subarray(offset, offset + 1 + below(bytes.length));
      if (below(3) === 0) await client.breakOff(location, offset, piece, below(piece.length));
      else last = (await client.patch(location, offset, piece)).body;
      const there = await offsetOf(location);
      expect(there).toBeGreaterThanOrEqual(offset);
      offset = there;
      // A piece that doesn't go on from there; nothing is refused where all is there.
      const wrong = offset < bytes.length ? await client.patch(location, offset + 1 + below(5), piece) : { status: 409 };
      expect(wrong.status).toBe(409);
    }
    const id = idIn(location);
    expect(last).toEqual({ id, name: 'a.bin', type: expect.any(String), bytes: bytes.length });
    expect((await bytesOf(id)).equals(bytes)).toBe(true);
    expect((await stateOf(id)).body).toEqual({ id, state: 'ready', file: last });
  }
  await expect.poll(() => readdir(files.uploadFolder)).toEqual([]);
});

test('[FILE-1] what came with the call that began it counts; who lost the last answer is told that all is there', async () => {
  const bytes = Buffer.from('a letter to somebody');
  const made = await client.create(place({ filename: 'letter.txt', name: 'letter.txt' }), bytes.length, bytes);
  expect([made.status, made.body]).toMatchObject([201, { name: 'letter.txt', type: 'text/plain', bytes: bytes.length }]);
  const location = made.headers.get('location')!;
  const head = await client.head(location);
  expect([head.status, head.headers.get('upload-offset'), head.headers.get('upload-length')]).toEqual([200, '20', '20']);
  expect((await client.patch(location, 20, Buffer.alloc(0))).status).toBe(409);
  expect((await client.remove(location)).status).toBe(409);
  const author = await world.join(world.client);
  await author.write(author.message('', { attachments: [made.body as AttachmentFact] }));
});

test('[FILE-1] an upload that is cancelled is gone', async () => {
  const location = await begin(10);
  await client.patch(location, 0, Buffer.from('12345'));
  expect((await stateOf(idIn(location))).body).toMatchObject({ state: 'uploading', file: null });
  expect((await client.remove(location)).status).toBe(204);
  expect((await client.head(location)).status).toBe(404);
  expect(await readdir(files.uploadFolder)).not.toContain(idIn(location));
});

test('[FILE-1] an upload of no length, too much, no name, or to nowhere is not begun', async () => {
  for (const length of ['0', '-1', 'x', '1e400']) expect(await madeStatus(client.create(place(), length))).toBe(400);
  expect(await madeStatus(client.create(place(), 3 * 1024 * 1024 + 1))).toBe(413);
  for (const name of ['', '../a', 'a\u202Eb']) expect(await madeStatus(client.create(place({ name }), 5))).toBe(400);
  expect(await madeStatus(client.create({ name: 'a' }, 5))).toBe(400);
  expect(await madeStatus(client.create(place({ thread: 'other' }), 5))).toBe(400);
  expect(await madeStatus(client.create(place({ conversation: newId() }), 5))).toBe(404);
  const location = await begin(5);
  expect((await client.patch(location, 0, Buffer.from('more than five'))).status).toBe(413);
});

test('[FILE-3] what is refused leaves nothing, and says why also later', async () => {
  const bytes = Buffer.from('#!/bin/sh\necho');
  const location = await begin(bytes.length);
  const answer = await client.patch(location, 0, bytes);
  expect([answer.status, answer.body]).toMatchObject([400, { error: { details: { reason: 'executable' } } }]);
  expect((await client.head(location)).status).toBe(410);
  expect((await stateOf(idIn(location))).body).toMatchObject({ state: 'refused', reason: 'executable', file: null });
  await expect.poll(() => readdir(files.uploadFolder)).not.toContain(idIn(location));
});

describe('each call is made by who began it, and still may', () => {
  test('[FILE-2] nobody, a stranger, and a colleague on the same thread can do nothing with it', async () => {
    const location = await begin(10);
    const others = [await as(world.staff), await as(world.worker), await as(await server.fixture.account('client'))];
    for (const other of others) {
      for (const answer of [
        await other.head(location),
        await other.patch(location, 0, Buffer.from('x')),
        await other.remove(location),
      ]) {
        expect(answer.status).toBe(404);
      }
    }
    const nobody = tusClient(server.running.url, null);
    expect((await nobody.create(place(), 5)).status).toBe(401);
    expect((await nobody.patch(location, 0, Buffer.from('x'))).status).toBe(401);
    expect(await offsetOf(location)).toBe(0);
  });

  test('[FILE-2] the thread of the team is for its staff; who was taken out goes no further', async () => {
    for (const [account, status] of [
      [world.staff, 201],
      [world.client, 404],
      [world.worker, 404],
    ] as const) {
      expect((await (await as(account)).create(place({ thread: 'team' }), 5)).status).toBe(status);
    }
    const location = await begin(5);
    await server.db.transact((tx) =>
      removeParticipant(tx, { conversation: world.conversation, account: world.client.id, by: null }),
    );
    expect((await client.patch(location, 0, Buffer.from('12345'))).status).toBe(404);
    expect((await client.head(location)).status).toBe(404);
  });
});

test('[FILE-1] pages of allowed sites may upload, and read where', async () => {
  const origin = 'https://app.example.com';
  const allowing = await postgres.server({ allowedOrigins: [origin] });
  const { accessToken } = await allowing.http.signIn(await allowing.fixture.account('client'));
  const ask = (from: string) =>
    fetch(`${allowing.running.url}/api/v1/uploads`, {
      method: 'POST',
      headers: { origin: from, authorization: `Bearer ${accessToken}` },
    });
  const [own, other] = [await ask(origin), await ask('https://evil.example')];
  expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([412, origin]);
  expect(own.headers.get('access-control-expose-headers')).toContain('Location');
  expect(other.headers.get('access-control-allow-origin')).toBeNull();
  await allowing.close();
});

describe('collecting', () => {
  test('[FILE-4] files that no message named within a day go, bytes and thumbnails too; those that one names stay', async () => {
    // What the tests before this one left.
    await rounds(...ALL());
    const photo = await sharp({ create: { width: 50, height: 50, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    const [orphan, named, same] = [await upload(photo, 'a.jpg'), await upload(randomBytes(50)), await upload(randomBytes(50))];
    const twin = await upload(await bytesOf(same.id));
    const author = await world.join(world.client);
    await author.write(author.message('', { attachments: [named, twin] }));
    await rounds(after(UNNAMED_MS - 120_000), after(UNNAMED_MS - 120_000));
    expect(await statusOf(orphan.id)).toBe(200);
    const kept = join(server.dataDir, 'files');
    const before = (await readdir(kept, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length;
    await rounds(...ALL());
    expect([await statusOf(orphan.id), await statusOf(same.id)]).toEqual([404, 404]);
    expect([(await bytesOf(named.id)).length, (await bytesOf(twin.id)).length]).toEqual([50, 50]);
    const left = (await readdir(kept, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length;
    // The image and its two thumbnails; the bytes of the other are its twin's.
    expect(before - left).toBe(3);
  });

  test('[FILE-4] the files of a message that was removed go', async () => {
    const file = await upload(randomBytes(40));
    const author = await world.join(world.client);
    const { key } = await author.write(author.message('look', { attachments: [file] }));
    await rounds(...ALL());
    expect(await statusOf(file.id)).toBe(200);
    await author.write({ kind: 'remove', of: key, sentAt: 1 });
    await rounds(...ALL());
    expect(await statusOf(file.id)).toBe(404);
  });

  test('[FILE-4] a file that is to leave can’t be named any more; one that was named meanwhile stays', async () => {
    const [late, meanwhile] = [await upload(randomBytes(40)), await upload(randomBytes(40))];
    const [author, second] = [await world.join(world.client), await world.join(world.client)];
    await author.write(author.message('', { attachments: [meanwhile] }));
    // As if its commit had ended after the look.
    await server.db.transact(async (tx) => {
      await tx.rows('UPDATE files SET leaving_at = now() WHERE id = ANY ($1::uuid[])', [[late.id, meanwhile.id]]);
    });
    second.send(second.message('', { attachments: [late] }));
    await second.closed();
    expect(second.refusal?.rule).toBe('attachment');
    await rounds(after(LEAVING_MS));
    expect([await statusOf(late.id), await statusOf(meanwhile.id)]).toEqual([404, 200]);
  });

  test('[FILE-4] bytes that come again before theirs are removed are kept', async () => {
    const bytes = randomBytes(60);
    const hash = createHash('sha256').update(bytes).digest();
    await server.db.transact((tx) => tx.rows('INSERT INTO file_garbage (sha256) VALUES ($1)', [hash]));
    const again = await upload(bytes);
    await rounds(new Date());
    expect((await bytesOf(again.id)).equals(bytes)).toBe(true);
  });

  test('[FILE-4] an upload that nobody went on with ends, and one that was whole when the server stopped becomes a file', async () => {
    const [left, whole] = [await begin(10), await begin(10)];
    await client.patch(left, 0, Buffer.from('123'));
    // Its last byte was written, and nothing after that.
    await writeFile(join(files.uploadFolder, idIn(whole)), '0123456789');
    await rounds(new Date());
    expect((await stateOf(idIn(whole))).body).toMatchObject({ state: 'ready', file: { bytes: 10 } });
    expect((await bytesOf(idIn(whole))).toString()).toBe('0123456789');
    await copyFile(join(files.uploadFolder, idIn(left)), join(files.uploadFolder, 'left-over'));
    await rounds(after(UNNAMED_MS));
    expect((await client.head(left)).status).toBe(404);
    expect(await readdir(files.uploadFolder)).toEqual([]);
  });

  test('[FILE-4] only one node collects at a time', async () => {
    const file = await upload(randomBytes(40));
    await server.db.transact(async (tx) => {
      await tx.rows("SELECT pg_advisory_xact_lock(hashtext('trialogue.files'))");
      await rounds(...ALL());
    });
    expect(await statusOf(file.id)).toBe(200);
    await rounds(...ALL());
    expect(await statusOf(file.id)).toBe(404);
  });
});

test('[THREAD-5] an extension of tus that isn’t offered is refused in words, and is no mistake of the server', async () => {
  const answer = await fetch(`${server.running.url}/api/v1/uploads`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'tus-resumable': '1.0.0',
      'upload-concat': 'final;/api/v1/uploads/x',
      'upload-length': '5',
      'upload-metadata': `conversation ${Buffer.from(world.conversation).toString('base64')},name ${Buffer.from('a.txt').toString('base64')}`,
    },
  });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code: 'bad-request' });
});
