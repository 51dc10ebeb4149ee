import { afterEach, beforeEach, expect, it } from 'vitest';

import type { Fact, MessageFact } from '#shared/facts.ts';
import { entryKey, newId } from '#shared/ids.ts';

import { openStore, type Store } from '../storage/database.ts';
import { raiseServerN } from '../storage/documents.ts';
import { putFact, putMessage } from '../storage/items.ts';
import { isOffering, setBack } from '../storage/offered.ts';
import { addToOutbox, outboxEntries, waitingEntries, waitingThreads } from '../storage/outbox.ts';
import { temporaryFolder } from '../testing/test-platform.ts';
import { createOffering, QUOTE_MS, type Offering } from './offering.ts';

const ME = newId();
const OTHER = newId();
const place = { conversation: newId(), thread: 'all' as const };
const document = `${place.conversation}/all/1`;

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
let offering: Offering;
let now: number;
let seq: number;
beforeEach(() => {
  folder = temporaryFolder();
  store = openStore(folder.path);
  now = Date.now();
  seq = 0;
  offering = createOffering({
    store,
    me: ME,
    now: () => now,
    onQueued: () => undefined,
    onFailure(error) {
      throw error;
    },
  });
});
afterEach(() => {
  offering.stop();
  store.close();
  folder.remove();
});

const stampOf = (key: string) => ({ key, author: key.split('/')[0]!, seq: ++seq, acceptedAt: now });
const message = (text: string, replyTo?: string): MessageFact => ({
  kind: 'message',
  text,
  mentions: [],
  attachments: [],
  sentAt: now,
  ...(replyTo !== undefined && { replyTo }),
});

function accepted(author: string, fact: Fact, key = entryKey(author, newId())): string {
  store.transact(() =>
    fact.kind === 'message' ? putMessage(store, place, stampOf(key), fact, ME) : putFact(store, place, stampOf(key), fact, ME),
  );
  return key;
}

/** The server is set back; what it has of the thread is here once `n` is 2. */
function restored(): void {
  store.transact(() => setBack(store, ME, now));
  store.transact(() => raiseServerN(store, document, 2));
}
function compared(): void {
  store.transact(() => store.run(`UPDATE documents SET n = 2`));
  offering.look();
}

it('[RESTORE-1] nothing of a thread goes out before it is known what the server lacks; then what it lacks goes first, in its order', () => {
  const [first, second, third] = ['one', 'two', 'three'].map((text) => accepted(ME, message(text))) as [string, string, string];
  const edit = accepted(ME, { kind: 'edit', of: first, text: 'one, edited', mentions: [], sentAt: now });
  addToOutbox(store, place, entryKey(ME, newId()), message('queued'));
  restored();
  offering.look();
  expect(waitingEntries(store, place.conversation, 'all', 10)).toEqual([]);
  expect(waitingThreads(store)).toEqual([]);
  accepted(ME, message('two'), second);
  compared();
  const waiting = waitingEntries(store, place.conversation, 'all', 10);
  expect(waiting.slice(0, 3).map(({ key }) => key)).toEqual([first, third, edit]);
  expect(waiting.map(({ fact }) => (JSON.parse(fact) as { text: string }).text)).toEqual([
    'one, edited',
    'three',
    'one, edited',
    'queued',
  ]);
  expect(isOffering(store)).toBe(false);
});

it('[RESTORE-1] what speaks of a message that the server lacks waits for its author, and an answer goes without its quote after a while', () => {
  const theirs = accepted(OTHER, message('theirs'));
  const answer = accepted(ME, message('answer', theirs));
  const reaction = accepted(ME, { kind: 'react', to: theirs, emoji: '👍', on: true, sentAt: now });
  const queued = entryKey(ME, newId());
  addToOutbox(store, place, queued, message('queued answer', theirs));
  restored();
  compared();
  expect(waitingEntries(store, place.conversation, 'all', 10)).toEqual([]);
  accepted(OTHER, message('theirs'), theirs);
  offering.look();
  expect(waitingEntries(store, place.conversation, 'all', 10).map(({ key }) => key)).toEqual([answer, reaction, queued]);

  store.transact(() => store.run(`DELETE FROM outbox`));
  restored();
  compared();
  expect(outboxEntries(store)).toEqual([]);
});

it('[RESTORE-1] what nobody offers again is not waited for: the answer goes bare', () => {
  const theirs = accepted(OTHER, message('theirs'));
  const answer = accepted(ME, message('answer', theirs));
  const queued = entryKey(ME, newId());
  addToOutbox(store, place, queued, message('queued answer', theirs));
  restored();
  compared();
  now += QUOTE_MS;
  offering.look();
  const waiting = waitingEntries(store, place.conversation, 'all', 10);
  expect(waiting.map(({ key }) => key)).toEqual([answer, queued]);
  for (const { fact } of waiting) expect(JSON.parse(fact)).not.toHaveProperty('replyTo');
});

it('[RESTORE-1] what was removed is not offered, and a conversation that is gone takes its offers along', () => {
  const removed = accepted(ME, message('taken back'));
  accepted(ME, { kind: 'remove', of: removed, sentAt: now });
  restored();
  compared();
  expect(outboxEntries(store)).toEqual([]);
});
