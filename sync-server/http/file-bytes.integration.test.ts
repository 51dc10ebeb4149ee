import sharp from 'sharp';
import { beforeEach, describe, expect, test } from 'vitest';

import type { Account } from '#shared/api/accounts.ts';
import type { FileState } from '#shared/api/files.ts';
import type { AttachmentFact } from '#shared/facts.ts';

import type { Files } from '../files/files.ts';
import { fileLinks } from '../files/links.ts';
import { removeParticipant } from '../storage/change-conversation.ts';
import { serverKey } from '../storage/sessions.ts';
import { attachSync } from '../sync/attach.ts';
import { startFakeIcap } from '../testing/fake-icap.ts';
import { S3_KEYS, startFakeS3 } from '../testing/fake-s3.ts';
import { worldForEachTest } from '../testing/in-file.ts';
import type { TestPostgres, TestServer } from '../testing/test-server.ts';
import { createWorld, type World } from '../testing/world.ts';

let world: World;
let server: TestServer;
let postgres: TestPostgres;
worldForEachTest((made) => ({ world, server, postgres } = made));

async function upload(
  account: Account,
  bytes: Uint8Array,
  { name = 'a.bin', thread = 'all', at = world }: { name?: string; thread?: string; at?: World } = {},
) {
  const { accessToken: token } = await at.signIn(account);
  const path = `/api/v1/conversations/${at.conversation}/files?thread=${thread}&name=${encodeURIComponent(name)}`;
  return at.server.http.call<AttachmentFact & { error: { message: string; details: { reason: string } } }>('POST', path, {
    token,
    body: bytes,
  });
}

async function get(account: Account | null, path: string, headers: Record<string, string> = {}, method = 'GET', at = world) {
  const token = account ? { authorization: `Bearer ${(await at.signIn(account)).accessToken}` } : {};
  const answer = await fetch(`${at.server.running.url}${path}`, { method, headers: { ...token, ...headers } });
  return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
}

const photo = () =>
  sharp({ create: { width: 600, height: 400, channels: 3, background: 'teal' } })
    .withExif({ IFD0: { Artist: 'a person' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 0/1' } })
    .jpeg()
    .toBuffer();

describe('who may have the bytes', () => {
  let people: Record<string, Account>;
  let files: { all: string; team: string };
  beforeEach(async () => {
    const other = await server.fixture.agency();
    people = {
      owner: world.owner,
      staff: world.staff,
      client: world.client,
      worker: world.worker,
      gone: await server.fixture.account('staff', { agency: world.agency }),
      employee: await server.fixture.account('employee', { agency: world.agency }),
      stranger: await server.fixture.account('client'),
      other: await server.fixture.account('owner', { agency: other }),
    };
    await server.db.transact((tx) =>
      removeParticipant(tx, { conversation: world.conversation, account: people['gone']!.id, by: null }),
    );
    const bytes = await photo();
    const idOf = async (thread: string) => (await upload(world.owner, bytes, { thread, name: 'a.jpg' })).body.id;
    files = { all: await idOf('all'), team: await idOf('team') };
  });

  const WAYS = ['', '/thumbnail', '/thumbnail?width=1280', '/state'];
  test.each([
    ['owner', true, true],
    ['staff', true, true],
    ['client', true, false],
    ['worker', true, false],
    ['gone', false, false],
    ['employee', false, false],
    ['stranger', false, false],
    ['other', false, false],
  ])('[FILE-2] %s: of the thread all %s, of the team %s, by every way in', async (who, all, team) => {
    for (const [file, may] of [
      [files.all, all],
      [files.team, team],
    ] as const) {
      for (const way of WAYS) {
        const found = await get(people[who]!, `/api/v1/files/${file}${way}`);
        expect([way, found.status]).toEqual([way, may ? 200 : 404]);
      }
      expect((await get(people[who]!, `/api/v1/files/${file}`, { range: 'bytes=0-3' })).status).toBe(may ? 206 : 404);
      expect((await get(people[who]!, `/api/v1/files/${file}`, {}, 'HEAD')).status).toBe(may ? 200 : 404);
      expect((await get(people[who]!, `/api/v1/files/${file}/thumbnail`, {}, 'HEAD')).status).toBe(may ? 200 : 404);
    }
  });

  test('[FILE-2] nobody else: without a sign-in, or by a link that was not signed here, has ended, or is of another file', async () => {
    for (const way of WAYS) expect((await get(null, `/api/v1/files/${files.all}${way}`)).status).toBe(401);
    const key = await server.db.transact((tx) => serverKey(tx, 'file-links'));
    const links = fileLinks(key, Date.now);
    const link = links.sign(files.all);
    const shown = await get(null, link);
    expect([shown.status, shown.headers.get('cross-origin-resource-policy')]).toEqual([200, 'cross-origin']);
    expect((await get(null, link, { range: 'bytes=1-2' })).status).toBe(206);
    expect((await get(null, link.replace('?', '/thumbnail?'))).status).toBe(200);
    expect((await get(null, link.replace(files.all, files.team))).status).toBe(403);
    expect((await get(null, links.sign(files.team))).status).toBe(404);
    expect((await get(null, link.replace(/signature=./, 'signature=!'))).status).toBe(403);
    expect((await get(null, link.replace(/expires=\d/, 'expires=9'))).status).toBe(403);
    expect((await get(null, fileLinks(Buffer.alloc(32), Date.now).sign(files.all))).status).toBe(403);
    expect((await get(null, fileLinks(key, () => Date.now() - 2 * 60 * 60 * 1_000).sign(files.all))).status).toBe(410);
    expect((await get(null, link.replace('?', '/state?'))).status).toBe(401);
  });
});

test('[FILE-2] bytes are given in parts, and not again to who has them', async () => {
  const bytes = Buffer.from(Array.from({ length: 1_000 }, (_, index) => index % 251));
  const { id } = (await upload(world.client, bytes)).body;
  const path = `/api/v1/files/${id}`;
  const whole = await get(world.client, path);
  const tag = whole.headers.get('etag')!;
  expect([whole.headers.get('accept-ranges'), whole.headers.get('content-length')]).toEqual(['bytes', '1000']);
  expect(whole.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
  const part = await get(world.client, path, { range: 'bytes=10-19', 'if-range': tag });
  expect([part.status, part.headers.get('content-range'), part.bytes]).toEqual([206, 'bytes 10-19/1000', bytes.subarray(10, 20)]);
  expect((await get(world.client, path, { range: 'bytes=10-19', 'if-range': '"old"' })).bytes).toEqual(bytes);
  const beyond = await get(world.client, path, { range: 'bytes=1000-' });
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */1000']);
  const head = await get(world.client, path, {}, 'HEAD');
  expect([head.status, head.headers.get('content-length'), head.bytes.length]).toEqual([200, '1000', 0]);
  expect((await get(world.client, path, { 'if-none-match': tag })).status).toBe(304);
});

test('[FILE-3] a photo loses where it was taken before anybody else sees it, and has thumbnails', async () => {
  const bytes = await photo();
  const sent = await upload(world.client, bytes, { name: 'photo.jpg' });
  expect(sent.body).toMatchObject({ type: 'image/jpeg', width: 600, height: 400 });
  const seen = await get(world.staff, `/api/v1/files/${sent.body.id}`);
  expect(seen.bytes.length).toBe(sent.body.bytes);
  expect((await sharp(seen.bytes).metadata()).exif).toBeUndefined();
  expect(seen.bytes.includes('a person')).toBe(false);
  for (const [asked, width] of [
    [1, 320],
    [320, 320],
    [400, 600],
    [5_000, 600],
  ] as const) {
    const small = await get(world.staff, `/api/v1/files/${sent.body.id}/thumbnail?width=${asked}`);
    expect(small.headers.get('content-type')).toBe('image/webp');
    expect((await sharp(small.bytes).metadata()).width).toBe(width);
  }
});

test('[FILE-3] programs, broken images and images that would burst are refused with a reason, and leave nothing', async () => {
  const bomb = await sharp({ create: { width: 9_000, height: 9_000, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  for (const [bytes, name, reason] of [
    [Buffer.from('#!/bin/sh'), 'a.txt', 'executable'],
    [Buffer.from('x'), 'a.exe', 'executable'],
    [(await photo()).subarray(0, 900), 'a.jpg', 'image'],
    [bomb, 'a.png', 'pixels'],
  ] as const) {
    const answer = await upload(world.client, bytes, { name });
    expect([answer.status, answer.body.error.details.reason]).toEqual([400, reason]);
  }
  expect(await world.rows('SELECT id FROM files WHERE conversation_id = $1', [world.conversation])).toEqual([]);
});

test('[FILE-1] files lie in an S3 store, and what lay in the folder before is still found', async () => {
  const s3 = await startFakeS3();
  const store = { kind: 's3' as const, ...S3_KEYS, url: `${s3.url}/bucket`, prefix: '' };
  const started = await postgres.server({ files: { store } });
  const at = await createWorld(started);
  const bytes = await photo();
  const sent = await upload(at.client, bytes, { name: 'a.jpg', at });
  expect(sent.status).toBe(201);
  expect(s3.objects.size).toBe(3);
  const seen = await get(at.staff, `/api/v1/files/${sent.body.id}`, { range: 'bytes=-5' }, 'GET', at);
  expect([seen.status, seen.bytes]).toEqual([206, [...s3.objects.values()].at(-1)!.subarray(-5)]);
  expect((await get(at.staff, `/api/v1/files/${sent.body.id}/thumbnail`, {}, 'GET', at)).status).toBe(200);
  s3.failNext(100);
  expect((await get(at.staff, `/api/v1/files/${sent.body.id}`, {}, 'GET', at)).status).toBe(503);
  await started.close();
  await s3.stop();
});

test('[FILE-5] while the scanner is away files stay held, and are looked through when it is back', async () => {
  const icap = await startFakeIcap();
  icap.answer = 'broken';
  let files: Files | null = null;
  const started = await postgres.server({
    files: { scan: { kind: 'icap', url: icap.url } },
    attach(parts) {
      ({ files } = parts);
      return attachSync(parts);
    },
  });
  const at = await createWorld(started);
  const { id } = (await upload(at.client, await photo(), { name: 'a.jpg', at })).body;
  await expect.poll(() => icap.bodies.length).toBe(1);
  for (const way of ['', '/thumbnail']) {
    expect((await get(at.client, `/api/v1/files/${id}${way}`, {}, 'GET', at)).status).toBe(409);
  }
  icap.answer = 'clean';
  files!.scanning.wake();
  await expect.poll(async () => (await get(at.staff, `/api/v1/files/${id}`, {}, 'GET', at)).status).toBe(200);
  // What was looked through is what is given.
  expect((await get(at.staff, `/api/v1/files/${id}`, {}, 'GET', at)).bytes).toEqual(icap.bodies.at(-1));
  await started.close();
  await icap.stop();
});

test('[FILE-5] a file is held back until it was found clean; one with a virus is gone, and its sender is told', async () => {
  const lines: string[] = [];
  const note = (event: string, fields?: object) => void lines.push(JSON.stringify({ event, ...fields }));
  const find = "process.exit(require('fs').readFileSync(process.argv[1],'utf8').includes('virus')?1:0)";
  const started = await postgres.server({
    files: { scan: { kind: 'command', command: [process.execPath, '-e', find] } },
    log: { info: note, warn: note, error: note },
  });
  const at = await createWorld(started);
  const { accessToken: token } = await at.signIn(at.client);
  const stateOf = async (id: string) => (await started.http.call<FileState>('GET', `/api/v1/files/${id}/state`, { token })).body;
  const settled = async (id: string): Promise<FileState> => {
    for (;;) {
      const found = await stateOf(id);
      if (found.state !== 'held') return found;
      expect([200, 409, 410]).toContain((await get(at.client, `/api/v1/files/${id}`, {}, 'GET', at)).status);
    }
  };
  const clean = (await upload(at.client, Buffer.from('a letter'), { name: 'clean.txt', at })).body;
  expect(await settled(clean.id)).toEqual({ id: clean.id, state: 'ready', file: clean });
  expect((await get(at.staff, `/api/v1/files/${clean.id}`, {}, 'GET', at)).bytes.toString()).toBe('a letter');
  const bad = (await upload(at.client, Buffer.from('a virus'), { name: 'secret-name.txt', at })).body;
  expect(await settled(bad.id)).toMatchObject({ state: 'refused', reason: 'infected', message: expect.stringMatching(/virus/i) });
  const seen = await get(at.staff, `/api/v1/files/${bad.id}`, {}, 'GET', at);
  expect([seen.status, seen.bytes.toString().includes('a virus"')]).toEqual([410, false]);
  const author = await at.join(at.client);
  author.send(author.message('', { attachments: [bad] }));
  await author.closed();
  expect(author.refusal?.rule).toBe('attachment');
  await started.close();
  expect(lines.some((line) => line.includes('file-infected') && line.includes(bad.id))).toBe(true);
  expect(lines.join('\n')).not.toContain('secret-name');
});
