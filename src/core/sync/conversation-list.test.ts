import { afterEach, beforeEach, expect, it } from 'vitest';

import { openStore, type Store } from '../storage/database.ts';
import { addToReplica, raiseServerN, readDocument } from '../storage/documents.ts';
import { putMessage } from '../storage/items.ts';
import { readTimeline } from '../storage/offered.ts';
import { outboxEntries } from '../storage/outbox.ts';
import { readSession, writeSession } from '../storage/session.ts';
import { CONVERSATION, DOCUMENT, ME, message, NOW, record, session } from '../testing/fake-server.ts';
import { temporaryFolder } from '../testing/test-platform.ts';
import { createTurns } from '../turns.ts';
import type { ApiClient } from './api-client.ts';
import { createConversationList, type ConversationList } from './conversation-list.ts';

const KEY = `${ME}/019bc186-de00-7557-9c92-33e874508572`;
const NEW_LEASE = 2_000;

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
let list: ConversationList;
let told: number[];
let answer: { timeline?: string; n: number };
beforeEach(() => {
  folder = temporaryFolder();
  store = openStore(folder.path);
  store.transact(() => {
    writeSession(store, session());
    raiseServerN(store, DOCUMENT, 3);
    addToReplica(store, DOCUMENT, { from: 0, to: 3 }, new Uint8Array([0, 0]));
    const fact = message('mine') as Extract<ReturnType<typeof message>, { kind: 'message' }>;
    putMessage(store, { conversation: CONVERSATION, thread: 'all' }, { key: KEY, author: ME, seq: 1, acceptedAt: NOW }, fact, ME);
  });
  told = [];
  answer = { timeline: 'one', n: 3 };
  const api = {
    conversations: async () => {
      const documents = [{ document: DOCUMENT, thread: 'all' as const, epoch: 1, n: answer.n, entries: 0 }];
      const { timeline } = answer;
      const page = {
        account: session().account,
        conversations: [record(CONVERSATION, { documents })],
        next: null,
        feed: 'cursor',
      };
      return timeline === undefined ? page : { ...page, timeline };
    },
    newLease: async () => NEW_LEASE,
  } as Partial<ApiClient> as ApiClient;
  list = createConversationList({
    store,
    api,
    turns: createTurns(() => undefined),
    since: () => 0,
    now: () => NOW,
    onSetBack: (clientId) => void told.push(clientId),
    onPage: () => undefined,
    onAccount: () => undefined,
    onNotesGone: () => undefined,
    onMissing: () => undefined,
    onFailure(error) {
      throw error;
    },
  });
});
afterEach(() => {
  list.stop();
  store.close();
  folder.remove();
});

const isStartedOver = (): boolean => readDocument(store, DOCUMENT)!.n === 0;

it('[RESTORE-2] the first name of a history, and the same again, change nothing', async () => {
  await list.startAgain();
  await list.startAgain();
  expect([told, readTimeline(store), isStartedOver()]).toEqual([[], 'one', false]);
});

it('[RESTORE-2] under another name all starts over, under a new lease, also where the server has more than before', async () => {
  await list.startAgain();
  answer = { timeline: 'two', n: 9 };
  await list.startAgain();
  expect([told, readTimeline(store), isStartedOver(), readSession(store)!.clientId]).toEqual([
    [NEW_LEASE],
    'two',
    true,
    NEW_LEASE,
  ]);
  expect(store.all(`SELECT key FROM offered`)).toEqual([{ key: KEY }]);
  expect(outboxEntries(store)).toEqual([]);
});

it('[RESTORE-2] so it does when a document has less than it had, whatever its name says', async () => {
  await list.startAgain();
  answer = { timeline: 'one', n: 2 };
  await list.startAgain();
  expect([told, isStartedOver()]).toEqual([[NEW_LEASE], true]);
});

it('[RESTORE-2] a server that tells of no history is taken as it is', async () => {
  answer = { n: 2 };
  await list.startAgain();
  expect([told, isStartedOver()]).toEqual([[], false]);
});
