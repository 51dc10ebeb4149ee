import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import type { Core, Log } from '#core/platform.ts';
import type { Port } from '#shared/bridge.ts';
import { AppError } from '#shared/errors.ts';

import { type HostServer, startHostServer } from './host-server.ts';
import { createOfferedFiles } from './offered-files.ts';

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string };

const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
let folder: string;
let server: HostServer;
let attached: Port[];
let given: object[];
const offered = createOfferedFiles();
let core: Pick<Core, 'attach' | 'file' | 'addFile'>;

/** Raw calls: `fetch` would not let a test choose `Host`, and would tidy the path. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET', sends = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port: server.port, path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.on('error', reject);
    sent.end(sends);
  });
}

const tokenPath = () => new URL(server.address).pathname + new URL(server.address).search;

async function enter(): Promise<string> {
  const answer = await get(tokenPath());
  return String(answer.headers['set-cookie']).split(';')[0]!;
}

function open(headers: Record<string, string>, path = '/bridge'): Promise<{ status: number; socket: WebSocket | null }> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
    socket.on('open', () => resolve({ status: 101, socket }));
    socket.on('unexpected-response', (_request, response) => {
      response.destroy();
      resolve({ status: response.statusCode ?? 0, socket: null });
    });
    socket.on('error', () => undefined);
  });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'node-host-'));
  await mkdir(join(folder, 'renderer/assets'), { recursive: true });
  await writeFile(join(folder, 'renderer/index.html'), '<!doctype html>page');
  await writeFile(join(folder, 'renderer/assets/index-abcd1234.js'), 'export {}');
  await writeFile(join(folder, 'secrets.json'), '{"refresh":"secret"}');
  await writeFile(join(folder, 'photo'), 'bytes');
  attached = [];
  given = [];
  core = {
    attach: (port) => void attached.push(port),
    async addFile(file, body) {
      let text = '';
      for await (const chunk of body) text += Buffer.from(chunk).toString();
      if (file.name === 'large') throw new AppError('too-large', 'This file is too large.');
      given.push({ ...file, text });
      const { name, type, bytes } = file;
      return { id: 'new', name, type, bytes, url: '/files/new', state: { kind: 'waiting' }, message: null };
    },
    file: async (id) => {
      if (id === 'bug') throw new TypeError('a bug with /a/path in it');
      if (id === 'away') throw new AppError('offline', 'There is no network.');
      if (id === 'missing') throw new AppError('not-found', 'There is no <such> file.');
      return { path: join(folder, 'photo'), type: id === 'page' ? 'text/html' : 'image/png', name: `${id}.png` };
    },
  };
  server = await startHostServer({
    core,
    port: 0,
    rendererDir: join(folder, 'renderer'),
    development: null,
    offered,
    log: quiet,
  });
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

describe('the node host', () => {
  it('[HOST-4] exchanges the token for a cookie once', async () => {
    const first = await get(tokenPath());
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe('/');
    const cookie = String(first.headers['set-cookie']);
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    const second = await get(tokenPath());
    expect(second.status).toBe(401);
    expect(second.headers['set-cookie']).toBeUndefined();
    expect(second.body).toContain('prints a new address');
    // The window that came in by it may load the same address again.
    const again = await get(tokenPath(), { cookie: cookie.split(';')[0]! });
    expect(again.status).toBe(303);
  });

  it('[HOST-4] a wrong token or a HEAD does not use the token up', async () => {
    expect((await get('/?token=nothing')).status).toBe(401);
    expect((await get(tokenPath(), {}, 'HEAD')).status).toBe(401);
    expect((await get(tokenPath())).status).toBe(303);
  });

  it('[HOST-4] gives nothing to who has no cookie, or another app’s', async () => {
    for (const cookie of ['', 'trialogue=1', `trialogue-${server.port}=`, `trialogue-${server.port}=${'A'.repeat(43)}`]) {
      for (const path of ['/', '/index.html', '/assets/index-abcd1234.js', '/files/photo']) {
        expect((await get(path, { cookie })).status).toBe(401);
      }
    }
  });

  it('[HOST-5] answers to no other name, so that no page can reach it by a name of its own', async () => {
    const cookie = await enter();
    for (const host of [
      'evil.example',
      `evil.example:${server.port}`,
      '127.0.0.1',
      `127.0.0.1:${server.port + 1}`,
      `[::1]:${server.port}`,
    ]) {
      expect((await get('/', { cookie, host })).status).toBe(421);
      expect((await get(tokenPath(), { host })).status).toBe(421);
    }
    expect((await get('/', { cookie, host: `localhost:${server.port}` })).status).toBe(200);
  });

  it('[HOST-2] serves the page with its headers, and keeps hashed files for good', async () => {
    const cookie = await enter();
    const page = await get('/', { cookie });
    expect(page.body).toBe('<!doctype html>page');
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    });
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    const script = await get('/assets/index-abcd1234.js', { cookie });
    expect(script.headers['content-type']).toContain('javascript');
    expect(script.headers['cache-control']).toContain('immutable');
    const head = await get('/assets/index-abcd1234.js', { cookie }, 'HEAD');
    expect([head.status, head.headers['content-length'], head.body]).toEqual([200, '9', '']);
  });

  it('[HOST-14] serves nothing beside the page', async () => {
    const cookie = await enter();
    for (const path of [
      '/../secrets.json',
      '/%2e%2e/secrets.json',
      '/..%2fsecrets.json',
      '/assets/../../secrets.json',
      '/assets',
      '/nothing.js',
    ]) {
      const answer = await get(path, { cookie });
      expect([path, answer.status]).toEqual([path, 404]);
      expect(answer.body).not.toContain('secret"');
    }
    expect((await get('/', { cookie }, 'POST')).status).toBe(405);
  });

  it('[HOST-3] serves files of messages, images alone in place', async () => {
    const cookie = await enter();
    const photo = await get('/files/photo', { cookie, 'sec-fetch-site': 'same-origin' });
    expect([photo.status, photo.body, photo.headers['content-type']]).toEqual([200, 'bytes', 'image/png']);
    const page = await get('/files/page', { cookie });
    expect(page.headers['content-type']).toBe('application/octet-stream');
    expect(page.headers['content-disposition']).toMatch(/^attachment/);
    expect((await get('/files/photo', { cookie, 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await get('/files/away', { cookie })).status).toBe(503);
    const missing = await get('/files/missing', { cookie });
    expect(missing.status).toBe(404);
    expect(missing.body).toContain('no &lt;such> file');
    const bug = await get('/files/bug', { cookie });
    expect(bug.status).toBe(500);
    expect(bug.body).not.toContain('/a/path');
  });

  it('[HOST-6] opens the bridge for its own page alone', async () => {
    const cookie = await enter();
    const origin = `http://127.0.0.1:${server.port}`;
    expect((await open({ cookie })).status).toBe(403);
    expect((await open({ origin })).status).toBe(401);
    expect((await open({ origin: 'http://evil.example', cookie })).status).toBe(403);
    expect((await open({ origin: `http://127.0.0.1:${server.port + 1}`, cookie })).status).toBe(403);
    expect((await open({ origin: 'null', cookie })).status).toBe(403);
    expect((await open({ origin, cookie, host: 'evil.example' })).status).toBe(421);
    expect((await open({ origin, cookie }, '/bridge/x')).status).toBe(404);
    expect(attached).toHaveLength(0);
    expect((await open({ origin, cookie })).status).toBe(101);
    expect(attached).toHaveLength(1);
  });

  it('[HOST-6] carries JSON both ways until one side ends it', async () => {
    const cookie = await enter();
    const { socket } = await open({ origin: `http://127.0.0.1:${server.port}`, cookie });
    const port = attached[0]!;
    const ended = Promise.withResolvers<void>();
    const got = new Promise((resolve) => port.listen(resolve, ended.resolve));
    socket!.send(JSON.stringify({ id: 1, command: 'app.start', input: {} }));
    expect(await got).toEqual({ id: 1, command: 'app.start', input: {} });
    const back = new Promise<string>((resolve) => socket!.once('message', (data: Buffer) => resolve(data.toString())));
    port.post({ id: 1, output: 'ü' });
    expect(await back).toBe('{"id":1,"output":"ü"}');
    socket!.close();
    await ended.promise;
    expect(() => port.post({ late: true })).not.toThrow();
  });

  it.each([
    ['no JSON', '{', 1007],
    ['too much', `"${'a'.repeat(1024 * 1024)}"`, 1009],
    ['bytes', Buffer.from([1, 2]), 1007],
  ])('[HOST-6] ends a bridge that carries %s', async (_what, frame, code) => {
    const cookie = await enter();
    const { socket } = await open({ origin: `http://127.0.0.1:${server.port}`, cookie });
    const heard: unknown[] = [];
    attached[0]!.listen(
      (message) => heard.push(message),
      () => undefined,
    );
    const closed = new Promise<number>((resolve) => socket!.on('close', resolve));
    socket!.send(frame);
    expect(await closed).toBe(code);
    expect(heard).toEqual([]);
  });

  it('[HOST-7] says so when its port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const start = startHostServer({ core, port, rendererDir: folder, development: null, log: quiet });
    await expect(start).rejects.toThrow(`Port ${port} is taken`);
    other.close();
  });

  it('[HOST-8] in development, sends the window to vite and takes its calls', async () => {
    await server.close();
    const devRenderer = 'http://127.0.0.1:5173';
    server = await startHostServer({
      core,
      port: 0,
      rendererDir: folder,
      development: { renderer: devRenderer, cookie: 'kept' },
      log: quiet,
    });
    const entered = await get(tokenPath());
    expect(entered.headers.location).toBe(devRenderer);
    const cookie = String(entered.headers['set-cookie']).split(';')[0]!;
    expect(cookie).toBe(`trialogue-${server.port}=kept`);
    expect((await open({ origin: devRenderer, host: '127.0.0.1:5173', cookie })).status).toBe(101);
  });

  it('[THREAD-5] takes a file that its own page gives, and no other page’s or program’s', async () => {
    const cookie = await enter();
    const path = '/files?conversation=c1&thread=team&name=notes.txt&type=text%2Fplain&bytes=5';
    const origin = `http://127.0.0.1:${server.port}`;
    const own = await get(path, { cookie, origin, 'sec-fetch-site': 'same-origin' }, 'POST', 'hello');
    expect([own.status, JSON.parse(own.body)]).toMatchObject([201, { file: { id: 'new', name: 'notes.txt' } }]);
    expect(given).toEqual([
      { conversation: 'c1', thread: 'team', name: 'notes.txt', type: 'text/plain', bytes: 5, text: 'hello' },
    ]);

    for (const headers of [
      { origin },
      { cookie, origin: 'http://evil.example' },
      { cookie },
      { cookie, origin, 'sec-fetch-site': 'same-site' },
      { cookie, origin, host: 'evil.example' },
    ]) {
      expect((await get(path, headers as Record<string, string>, 'POST', 'hello')).status).toBeGreaterThanOrEqual(400);
    }
    expect(given).toHaveLength(1);
  });

  it('[THREAD-11] gives a file that it offers once, to its own page alone, and then it is gone', async () => {
    const cookie = await enter();
    const path = join(folder, 'made.pdf');
    await writeFile(path, '%PDF');
    const older = offered.offer({ path, name: 'Older.pdf' });
    const address = offered.offer({ path, name: 'Líki “x”.pdf' });
    for (const [wrong, headers, method] of [
      [address, {}, 'GET'],
      [address, { cookie, 'sec-fetch-site': 'cross-site' }, 'GET'],
      [address, { cookie }, 'HEAD'],
      [older, { cookie }, 'GET'],
      ['/exports/../secrets.json', { cookie }, 'GET'],
      [`/exports/${'x'.repeat(32)}`, { cookie }, 'GET'],
    ] as const) {
      expect((await get(wrong, headers, method)).status).toBeGreaterThanOrEqual(400);
    }
    const given = await get(address, { cookie, 'sec-fetch-site': 'same-origin' });
    expect([given.status, given.body]).toEqual([200, '%PDF']);
    expect(given.headers['content-disposition']).toBe(
      `attachment; filename="L_ki _x_.pdf"; filename*=UTF-8''L%C3%ADki%20%E2%80%9Cx%E2%80%9D.pdf`,
    );
    expect(given.headers['cache-control']).toBe('no-store');
    expect((await get(address, { cookie })).status).toBe(404);
    // Behind the answer.
    await expect.poll(() => existsSync(path)).toBe(false);
  });

  it('[THREAD-5] says why a file was not taken, and in which code', async () => {
    const cookie = await enter();
    const headers = { cookie, origin: `http://127.0.0.1:${server.port}` };
    const large = await get('/files?conversation=c1&thread=all&name=large&bytes=5', headers, 'POST', 'hello');
    expect([large.status, JSON.parse(large.body)]).toEqual([
      413,
      { error: { code: 'too-large', message: 'This file is too large.' } },
    ]);
    expect((await get('/files?name=x', headers, 'POST', 'hello')).status).toBe(400);
    expect((await get('/elsewhere', headers, 'POST', 'hello')).status).toBe(405);
  });
});
