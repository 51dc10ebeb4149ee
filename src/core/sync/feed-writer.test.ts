import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { FeedItem } from '#shared/api/feed.ts';

import { putConversation } from '../storage/conversations.ts';
import { openStore, type Store } from '../storage/database.ts';
import { readSession, writeSession } from '../storage/session.ts';
import { CONVERSATION, DOCUMENT, ME, record, session } from '../testing/fake-server.ts';
import { temporaryFolder } from '../testing/test-platform.ts';
import { createTurns } from '../turns.ts';
import { createFeedWriter } from './feed-writer.ts';

const entry = (seq: number): FeedItem => ({
  kind: 'entry',
  conversation: CONVERSATION,
  thread: 'all',
  document: DOCUMENT,
  n: seq,
  seq,
  message: null,
});

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
let writes: number;
let failures: unknown[];

beforeEach(() => {
  folder = temporaryFolder();
  store = openStore(folder.path);
  store.transact(() => {
    writeSession(store, session());
    putConversation(store, record(), ME);
  });
  writes = 0;
  failures = [];
});
afterEach(() => {
  store.close();
  folder.remove();
});

const cursor = (): string | null => readSession(store)?.feedCursor ?? null;
const writer = () =>
  createFeedWriter({
    store,
    turns: createTurns(() => undefined),
    now: () => 0,
    isStopped: () => false,
    onWritten: () => void writes++,
    onFailure: (error) => void failures.push(error),
  });

it('[SYNC-4] what a flood brings is written several at a time, in its order, up to the last', async () => {
  const write = writer();
  for (let burst = 1; burst <= 10; burst++) {
    for (let one = 1; one <= 30; one++) write([entry(burst * 30 + one)], `c${burst}.${one}`);
    await vi.waitFor(() => expect(cursor()).toBe(`c${burst}.30`));
  }
  expect(writes).toBeLessThan(30);
  expect(failures).toEqual([]);
});

it('[SYNC-4] what came before a failure is not written behind it, and the cursor stays where it was', async () => {
  const write = writer();
  write([entry(1)], 'c1');
  await vi.waitFor(() => expect(cursor()).toBe('c1'));
  const full = vi.spyOn(store, 'transactRepeatable').mockImplementation(() => {
    throw new Error('the disk is full');
  });
  write([entry(2)], 'c2');
  await vi.waitFor(() => expect(failures).toHaveLength(1));
  full.mockRestore();
  expect(cursor()).toBe('c1');
  // Told again, from the cursor that is kept.
  write([entry(2), entry(3)], 'c3');
  await vi.waitFor(() => expect(cursor()).toBe('c3'));
});
