import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import type { ExportFormat, ExportState } from '#shared/export-views.ts';

import type { Platform } from '../platform.ts';
import { applyWhole, noChanges } from '../projection/apply.ts';
import { putConversation } from '../storage/conversations.ts';
import { openStore, type Store } from '../storage/database.ts';
import { writeSession } from '../storage/session.ts';
import { account, CONVERSATION, createThreadLog, ME, message, NOW, record, session } from '../testing/fake-server.ts';
import { silentLog, temporaryFolder } from '../testing/test-platform.ts';
import { createExports, type Exports } from './exports.ts';

const SELF = { account: ME, clientId: 1_000 };
const PLACE = { conversation: CONVERSATION, thread: 'all' } as const;

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
let exports: Exports;
let states: { id: string; state: ExportState }[];
let saved: { name: string; bytes: Buffer }[];
let wake: () => void;

beforeEach(() => {
  folder = temporaryFolder();
  store = openStore(folder.path);
  const log = createThreadLog();
  store.transact(() => {
    writeSession(store, session());
    putConversation(store, record(), ME);
    const add = (author: number, fact: Parameters<typeof log.add>[2]): string => {
      const { document, bytes, key } = log.add(account(author), 2_000 + author, fact);
      applyWhole(store, SELF, document, bytes, noChanges());
      return key;
    };
    const first = add(2, message('When do you come?'));
    add(3, message('At nine.', { replyTo: first }));
    add(2, { kind: 'react', to: first, emoji: '👍', on: true, sentAt: NOW });
    const wrong = add(2, message('wrong thread'));
    add(2, { kind: 'remove', of: wrong, sentAt: NOW });
    for (let n = 0; n < 500; n++) add(2, message(`line ${n}`));
    const event = log.event({ type: 'locked', reason: 'closed', by: account(2) });
    applyWhole(store, SELF, event.document, event.bytes, noChanges());
  });
  states = [];
  saved = [];
  wake = () => undefined;
  exports = create();
});
afterEach(() => {
  exports.wipe();
  store.close();
  folder.remove();
});

const onState = (id: string, state: ExportState): void => {
  states.push({ id, state });
  wake();
};

function create(over: Partial<Platform> = {}): Exports {
  const platform: Parameters<typeof createExports>[0]['platform'] = {
    dataDir: folder.path,
    now: () => NOW,
    exportWorker: new URL('./worker.ts', import.meta.url),
    saveFile: async (file) => {
      saved.push({ name: file.name, bytes: readFileSync(file.path) });
      return { kind: 'saved' };
    },
    log: silentLog,
    ...over,
  };
  return createExports({ platform, store, allowed: true, onState });
}

async function made(format: ExportFormat): Promise<string> {
  const id = exports.start(PLACE, format);
  await new Promise<void>((resolve) => {
    wake = () => states.at(-1)?.state.kind !== 'working' && resolve();
  });
  return id;
}

it('[THREAD-11] a conversation becomes JSON from what is here, piece by piece, and leaves nothing behind', async () => {
  const id = await made('json');
  expect(states.filter(({ state }) => state.kind === 'working').map(({ state }) => state)).toEqual(
    [0, 100, 200, 300, 400, 500, 504].map((done) => ({ kind: 'working', done, total: 504 })),
  );
  expect(await exports.save(id)).toEqual({ kind: 'saved' });
  expect(saved[0]!.name).toMatch(/, conversation \d+\.json$/);
  const written = JSON.parse(saved[0]!.bytes.toString()) as { messages: object[]; removed: object[]; events: object[] };
  expect([written.messages.length, written.removed.length, written.events.length]).toEqual([502, 1, 1]);
  expect(written).not.toHaveProperty('partial');
  expect(written.messages[0]).toMatchObject({
    text: 'When do you come?',
    sender: account(2),
    reactions: [{ emoji: '👍', accounts: [account(2)] }],
  });
  expect(written.messages[1]).toMatchObject({ text: 'At nine.', replyTo: (written.messages[0] as { key: string }).key });
  expect(JSON.stringify(written)).not.toContain('wrong thread');
  expect(existsSync(join(folder.path, 'exports'))).toBe(false);
});

it('[THREAD-11] and a PDF, by the same way', async () => {
  await exports.save(await made('pdf'));
  expect(saved[0]!.name).toMatch(/\.pdf$/);
  expect(saved[0]!.bytes.subarray(0, 5).toString()).toBe('%PDF-');
  expect(saved[0]!.bytes.toString('latin1').trimEnd()).toMatch(/%%EOF$/);
});

it('[THREAD-11] one at a time; what is given up or taken away is gone', async () => {
  const id = exports.start(PLACE, 'json');
  expect(() => exports.start(PLACE, 'json')).toThrow('Another conversation');
  exports.cancel(id);
  await expect(exports.save(id)).rejects.toThrow('isn’t here any more');
  exports.start(PLACE, 'json');
  exports.gone(CONVERSATION, ['all']);
  expect(states.at(-1)!.state).toMatchObject({ kind: 'failed', message: expect.stringContaining('taken away') });
  expect(existsSync(join(folder.path, 'exports'))).toBe(false);
});

it('[THREAD-11] what can’t be written is said in words', async () => {
  exports = create({ exportWorker: new URL('./no-such-worker.ts', import.meta.url) });
  await made('json');
  expect(states.at(-1)!.state).toMatchObject({ kind: 'failed', message: expect.stringContaining('could not be written') });
});

it('[THREAD-11] a disk that is full is said as that, and nothing half is left', async () => {
  const program = `import { parentPort } from 'node:worker_threads'; parentPort.postMessage({ kind: 'failed', code: 'ENOSPC' });`;
  exports = create({ exportWorker: new URL(`data:text/javascript,${encodeURIComponent(program)}`) });
  await made('json');
  expect(states.at(-1)!.state).toMatchObject({ kind: 'failed', message: expect.stringContaining('The disk is full') });
  expect(existsSync(join(folder.path, 'exports'))).toBe(false);
});
