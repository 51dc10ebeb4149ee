import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { MessagePortMain } from 'electron';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Core, Log } from '#core/platform.ts';
import type { Port } from '#shared/bridge.ts';
import { AppError } from '#shared/errors.ts';

import { createAppProtocol } from './app-protocol.ts';
import { deepLinkIn, isOpenLink, readDeepLink } from './deep-link.ts';
import { type GuardedContents, type GuardedSession, guardContents, guardSession } from './guards.ts';
import { type AskingFrame, mainPort, servePages } from './page-bridge.ts';
import { isAppAddress, isAppFrame } from './sender.ts';

const log: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const FOREIGN = [
  'https://trialogue/',
  'app://trialogue.evil/',
  'app://evil/index.html',
  'app://user@trialogue/',
  'app://trialogue:80/',
  'file:///etc/passwd',
  'about:blank',
  'data:text/html,x',
  'javascript:alert(1)',
  'blob:app://trialogue/1',
  '',
];

describe('who the page is', () => {
  it('[SHELL-4] knows its own addresses alone', () => {
    expect(isAppAddress('app://trialogue/index.html#/c/1')).toBe(true);
    expect(FOREIGN.filter(isAppAddress)).toEqual([]);
  });

  it('[SHELL-4] hears only its main frame, and none that has gone', () => {
    const url = 'app://trialogue/index.html';
    expect(isAppFrame({ url, parent: null })).toBe(true);
    expect(isAppFrame({ url, parent: {} })).toBe(false);
    expect(isAppFrame({ url: 'https://evil.example/', parent: null })).toBe(false);
    expect(isAppFrame(null)).toBe(false);
  });

  it('[SHELL-4] lets no frame go elsewhere, open a window or hold a webview', () => {
    const listeners = new Map<string, (details: { url: string; preventDefault: () => void }) => void>();
    let opens: unknown;
    const contents: GuardedContents = {
      setWindowOpenHandler: (handler) => void (opens = handler({ url: 'app://trialogue/' } as never)),
      on: (event: string, listener: (details: never) => void) => listeners.set(event, listener as never),
    };
    guardContents(contents, log);
    expect(opens).toEqual({ action: 'deny' });
    const prevented = (event: string, url: string): boolean => {
      let result = false;
      listeners.get(event)!({ url, preventDefault: () => void (result = true) });
      return result;
    };
    expect(FOREIGN.filter((url) => !prevented('will-frame-navigate', url))).toEqual([]);
    expect(prevented('will-frame-navigate', 'app://trialogue/index.html')).toBe(false);
    expect(prevented('will-attach-webview', 'app://trialogue/')).toBe(true);
  });

  it('[SHELL-4] gives no permission but writing to the clipboard, and that to itself alone', () => {
    let request: Parameters<GuardedSession['setPermissionRequestHandler']>[0] = null;
    let check: Parameters<GuardedSession['setPermissionCheckHandler']>[0] = null;
    let device: Parameters<GuardedSession['setDevicePermissionHandler']>[0] = null;
    guardSession({
      setPermissionRequestHandler: (handler) => void (request = handler),
      setPermissionCheckHandler: (handler) => void (check = handler),
      setDevicePermissionHandler: (handler) => void (device = handler),
    });
    const asked = (permission: string, requestingUrl: string, isMainFrame = true): boolean => {
      let given = false;
      request!({} as never, permission as never, (granted) => void (given = granted), { requestingUrl, isMainFrame });
      return given && check!(null, permission as never, requestingUrl, { isMainFrame });
    };
    const own = 'app://trialogue/';
    expect(asked('clipboard-sanitized-write', own)).toBe(true);
    expect(asked('clipboard-sanitized-write', own, false)).toBe(false);
    expect(asked('clipboard-sanitized-write', 'https://evil.example/')).toBe(false);
    const others = [
      'media',
      'geolocation',
      'notifications',
      'clipboard-read',
      'openExternal',
      'fileSystem',
      'usb',
      'midi',
      'unknown',
    ];
    expect(others.filter((permission) => asked(permission, own))).toEqual([]);
    expect(device!({} as never)).toBe(false);
  });
});

describe('the channel to the core', () => {
  const attached: Port[] = [];
  const sent: unknown[] = [];
  let ask: (event: { senderFrame: AskingFrame | null }) => void;
  const port2 = {} as MessagePortMain;

  beforeEach(() => {
    attached.length = 0;
    sent.length = 0;
    const core = { attach: (port: Port) => void attached.push(port) };
    servePages({ on: (_channel, listener) => (ask = listener) }, () => ({ port1: {} as MessagePortMain, port2 }), core, log);
  });

  it('[SHELL-4] is given to our own main frame alone', () => {
    const postMessage = (channel: string, message: unknown, transfer: MessagePortMain[]) =>
      void sent.push([channel, message, transfer]);
    ask({ senderFrame: null });
    ask({ senderFrame: { url: 'https://evil.example/', parent: null, postMessage } });
    ask({ senderFrame: { url: 'app://trialogue/', parent: {}, postMessage } });
    expect([attached.length, sent.length]).toEqual([0, 0]);
    ask({ senderFrame: { url: 'app://trialogue/index.html', parent: null, postMessage } });
    expect(attached).toHaveLength(1);
    expect(sent).toEqual([['trialogue:port', null, [port2]]]);
  });

  it('[SHELL-5] carries messages both ways and tells its end', () => {
    const listeners = new Map<string, (event: { data: unknown }) => void>();
    const calls: unknown[] = [];
    const port = mainPort({
      on: (event: string, listener: (event: { data: unknown }) => void) => listeners.set(event, listener),
      start: () => calls.push('start'),
      postMessage: (message: unknown) => calls.push(message),
      close: () => calls.push('close'),
    } as never);
    const heard: unknown[] = [];
    port.listen(
      (message) => heard.push(message),
      () => heard.push('end'),
    );
    port.post({ a: 1 });
    listeners.get('message')!({ data: { b: 2 } });
    listeners.get('close')!({ data: null });
    port.close();
    expect(calls).toEqual(['start', { a: 1 }, 'close']);
    expect(heard).toEqual([{ b: 2 }, 'end']);
  });
});

describe('app://trialogue', () => {
  let folder: string;
  let core: Pick<Core, 'file' | 'addFile'>;
  let given: string[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'protocol-'));
    await mkdir(join(folder, 'renderer/assets'), { recursive: true });
    await writeFile(join(folder, 'renderer/index.html'), 'page');
    await writeFile(join(folder, 'secrets.json'), 'secret');
    given = [];
    core = {
      async addFile({ name, type, bytes }, body) {
        if (name === 'large') throw new AppError('too-large', 'too large');
        for await (const chunk of body) given.push(`${name}: ${Buffer.from(chunk).toString()}`);
        return { id: 'new', name, type, bytes, url: '/files/new', state: { kind: 'waiting' }, message: null };
      },
      file: async (id) => {
        if (id === 'gone') throw new AppError('not-found', 'gone');
        if (id === 'away') throw new AppError('offline', 'away');
        if (id === 'bug') throw new TypeError('bug');
        return { path: join(folder, 'secrets.json'), type: 'text/html', name: 'a.html' };
      },
    };
  });
  afterEach(() => rm(folder, { recursive: true }));

  const get = (url: string, method = 'GET', sends: { headers?: Record<string, string>; body?: string } = {}) => {
    const headers = new Headers(sends.headers);
    const body = sends.body === undefined ? null : new Blob([sends.body]).stream();
    return createAppProtocol({ core, rendererDir: join(folder, 'renderer'), log })({ url, method, headers, body });
  };

  it('[THREAD-5] takes a file that the page gives, and says why not', async () => {
    const url = 'app://trialogue/files?conversation=c1&thread=all&name=a.txt&bytes=5';
    const answer = await get(url, 'POST', { headers: { origin: 'app://trialogue' }, body: 'hello' });
    expect([answer.status, await answer.json(), given]).toMatchObject([201, { file: { id: 'new' } }, ['a.txt: hello']]);
    const large = await get(url.replace('a.txt', 'large'), 'POST', { body: 'hello' });
    expect([large.status, await large.json()]).toEqual([413, { error: { code: 'too-large', message: 'too large' } }]);
    expect((await get(url, 'POST', { headers: { origin: 'https://evil.example' }, body: 'hello' })).status).toBe(403);
    expect((await get('app://trialogue/files?name=a', 'POST', { body: 'hello' })).status).toBe(400);
    expect(given).toHaveLength(1);
  });

  it('[SHELL-7] serves the page with its policy', async () => {
    const page = await get('app://trialogue/');
    expect(await page.text()).toBe('page');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect((await get('app://trialogue/index.html?x#y')).status).toBe(200);
    expect((await get('app://trialogue/', 'POST')).status).toBe(405);
  });

  it('[SHELL-7] leads nowhere else', async () => {
    for (const path of [
      '../secrets.json',
      '%2e%2e/secrets.json',
      '..%2fsecrets.json',
      '..%5csecrets.json',
      'assets/..%2f..%2fsecrets.json',
      'assets',
      'no.js',
      '%00',
    ]) {
      const answer = await get(`app://trialogue/${path}`);
      expect([path, answer.status, await answer.text()]).toEqual([path, 404, '']);
    }
    for (const url of FOREIGN) expect((await get(url)).status).toBe(404);
  });

  it('[SHELL-7] serves files of messages for saving, and says what is missing', async () => {
    const file = await get('app://trialogue/files/1');
    expect(file.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(file.headers.get('content-type')).toBe('application/octet-stream');
    const statuses = await Promise.all(
      ['gone', 'away', 'bug'].map(async (id) => (await get(`app://trialogue/files/${id}`)).status),
    );
    expect(statuses).toEqual([404, 503, 500]);
  });
});

describe('deep links', () => {
  const id = '0190b6a0-0000-7000-8000-00000000000a';

  it('[SHELL-8] lead to a conversation', () => {
    expect(readDeepLink(`trialogue://c/${id}`)).toBe(id);
    expect(readDeepLink(`TRIALOGUE://c/${id.toUpperCase()}/`)).toBe(id);
    expect(deepLinkIn(['/app', '--flag', `trialogue://c/${id}`])).toBe(id);
    expect(deepLinkIn([`trialogue://c/${id}`])).toBeNull();
  });

  it.each([
    `trialogue://c/${id}/x`,
    `trialogue://c/${id}?a`,
    `trialogue://c/${id}#a`,
    `trialogue://c/../${id}`,
    `trialogue://d/${id}`,
    `trialogue:c/${id}`,
    `https://c/${id}`,
    `trialogue://c/${id} --inspect`,
    `trialogue://c/${id}\n`,
    'trialogue://c/',
    `trialogue://c/${'a'.repeat(10_000)}`,
  ])('[SHELL-8] do nothing else (%#)', (link) => expect(readDeepLink(link)).toBeNull());

  it('[SHELL-8] may only show the app, and say nothing to it', () => {
    for (const link of ['trialogue://open', 'trialogue://open/', 'TRIALOGUE://OPEN']) {
      expect([isOpenLink(link), readDeepLink(link)]).toEqual([true, null]);
    }
    for (const link of [
      'trialogue://open?server=https://evil.example',
      'trialogue://open#a',
      'trialogue://open/a',
      'https://open',
      '',
    ]) {
      expect(isOpenLink(link)).toBe(false);
    }
  });

  it('[SHELL-8] give an id or nothing, whatever comes (seed 9)', () => {
    let seed = 9;
    const next = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
    const valid = `trialogue://c/${id}`.split('');
    const results = Array.from({ length: 20_000 }, () => {
      const link = valid.slice();
      for (let n = next(4); n > 0; n--)
        link.splice(next(link.length), next(3), String.fromCodePoint(next(3) ? 32 + next(95) : next(0xd7ff)));
      return readDeepLink(link.join(''));
    });
    expect(results.some((result) => result === null) && results.includes(id)).toBe(true);
    expect(results.filter((result) => result !== null && !/^[0-9a-f-]{36}$/.test(result))).toEqual([]);
  });
});
