import { copyFileSync as copyFile } from 'node:fs';

import { afterEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';

import { FIRST_CHOICE } from '#shared/work-list.ts';

import { queueMessage } from '../outgoing.ts';
import { purgeConversation, putConversation, readConversation } from '../storage/conversations.ts';
import { openStore, type Store } from '../storage/database.ts';
import { readDocument, resetReplica } from '../storage/documents.ts';
import { inboxRows, type ConversationRow } from '../storage/inbox-rows.ts';
import { outboxCounts } from '../storage/outbox.ts';
import { writeSession } from '../storage/session.ts';
import { compact } from '../sync/compact.ts';
import {
  account,
  CONVERSATION,
  createThreadLog,
  DOCUMENT,
  ME,
  message,
  NOW,
  record,
  type Row,
  seeded,
  session,
} from '../testing/fake-server.ts';
import { temporaryFolder } from '../testing/test-platform.ts';
import { createTurns } from '../turns.ts';
import { applyWhole, noChanges, type Outcome } from './apply.ts';
import { createIngest } from './ingest.ts';
import { rebuild } from './rebuild.ts';

const SELF = { account: ME, clientId: 1_000 };
const PLACE = { conversation: CONVERSATION, thread: 'all' } as const;
const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

function newStore(folder = temporaryFolder()): Store {
  const store = openStore(folder.path);
  closers.push(() => {
    store.close();
    folder.remove();
  });
  prepare(store);
  return store;
}

function prepare(store: Store): void {
  store.transact(() => {
    writeSession(store, session());
    putConversation(store, record(), ME);
  });
}

function apply(store: Store, row: Row): Outcome {
  return store.transact(() => applyWhole(store, SELF, row.document, row.bytes, noChanges()));
}

/** Everything that people can see, without row ids. */
function rowsOf(store: Store): unknown {
  return {
    items: store.all(`SELECT key, kind, seq, author, text, mentions, mentions_me, attachments, reply_to, sent_at, accepted_at,
      edited_seq > 0 AS edited, removed, event FROM items ORDER BY seq, key`),
    facts: store.all(`SELECT key, kind, target, seq, fact FROM facts ORDER BY seq`),
    words: store.all(
      `SELECT items.key FROM item_words JOIN items ON items.id = item_words.rowid WHERE item_words MATCH 'word*' ORDER BY key`,
    ),
  };
}

/** Messages, edits, reactions, removals and events by several people, in two epochs. */
function someHistory(random: () => number, length: number): Row[] {
  const logs = [createThreadLog(DOCUMENT, 1), createThreadLog(`${CONVERSATION}/all/2`, 10_001)];
  const rows: Row[] = [];
  const messages: { key: string; author: string }[] = [];
  for (let index = 0; index < length; index++) {
    const log = logs[index < length / 2 ? 0 : 1]!;
    const who = 1 + Math.floor(random() * 3);
    const client = 2_000 + who;
    const target = messages[Math.floor(random() * messages.length)];
    const own = messages.filter((one) => one.author === account(who));
    const mine = own[Math.floor(random() * own.length)];
    const dice = random();
    if (dice < 0.15 && mine)
      rows.push(
        log.add(account(who), client, { kind: 'edit', of: mine.key, text: `word edited ${index}`, mentions: [ME], sentAt: NOW }),
      );
    else if (dice < 0.25 && mine) rows.push(log.add(account(who), client, { kind: 'remove', of: mine.key, sentAt: NOW }));
    else if (dice < 0.45 && target)
      rows.push(
        log.add(account(who), client, {
          kind: 'react',
          to: target.key,
          emoji: random() < 0.5 ? '👍' : '❤️',
          on: random() < 0.6,
          sentAt: NOW,
        }),
      );
    else if (dice < 0.5) rows.push(log.event({ type: 'joined', account: account(3), by: ME }));
    else {
      const row = log.add(account(who), client, message(`word ${index} héllo 你好`, target ? { replyTo: target.key } : {}));
      messages.push({ key: row.key, author: account(who) });
      rows.push(row);
    }
  }
  return rows;
}

const firstRows = (store: Store): ConversationRow[] => inboxRows(store, FIRST_CHOICE, { me: ME, isStaff: true }, 0, 10);

describe('projection', () => {
  it('[SYNC-PROJECT] any order and duplication of frames ends in the same rows', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const random = seeded(seed);
      const rows = someHistory(random, 60);
      const inOrder = newStore();
      inOrder.transact(() => rows.forEach((row) => apply(inOrder, row)));
      const shuffled = newStore();
      // What comes too early is refused as a gap and asked for again; what came already is skipped.
      let left = [...rows, ...rows.filter(() => random() < 0.3)];
      for (let round = 0; left.length > 0; round++) {
        expect(round, `seed ${seed}`).toBeLessThan(200);
        left.sort(() => random() - 0.5);
        left = shuffled.transact(() => left.filter((row) => apply(shuffled, row) === 'gap'));
      }
      expect(rowsOf(shuffled), `seed ${seed}`).toEqual(rowsOf(inOrder));
      expect(firstRows(shuffled)[0]).toMatchObject({
        unread: firstRows(inOrder)[0]!.unread,
      });
    }
  });

  it('[SYNC-PROJECT] one merged snapshot gives the same rows as its updates, also in slices', async () => {
    const rows = someHistory(seeded(7), 700).filter((row) => row.document === DOCUMENT);
    const doc = new Y.Doc();
    doc.transact(() => rows.forEach((row) => Y.applyUpdate(doc, row.bytes)));
    const one = newStore();
    one.transact(() => rows.forEach((row) => apply(one, row)));
    const two = newStore();
    const ingest = createIngest({
      store: two,
      self: () => SELF,
      turns: createTurns(() => undefined),
      onChanges: () => undefined,
      isStorageFailure: () => false,
      onBug: (error) => {
        throw error;
      },
    });
    expect(await ingest.add(DOCUMENT, Y.encodeStateAsUpdate(doc))).toBe('applied');
    expect(await ingest.add(DOCUMENT, rows[3]!.bytes)).toBe('duplicate');
    ingest.close();
    expect(rowsOf(two)).toEqual(rowsOf(one));
  });

  it('[SYNC-PROJECT] rebuild makes the same rows from the replicas and leaves the outbox alone', () => {
    const store = newStore();
    store.transact(() => someHistory(seeded(11), 120).forEach((row) => apply(store, row)));
    queueMessage(store, PLACE, { text: 'word that waits', mentions: [], attachments: [] }, NOW);
    const before = rowsOf(store);
    const inbox = firstRows(store).map(({ unread, mentioned, queued, at }) => ({
      unread,
      mentioned,
      queued,
      at,
    }));
    rebuild(store, SELF);
    expect(rowsOf(store)).toEqual(before);
    expect(
      firstRows(store).map(({ unread, mentioned, queued, at }) => ({
        unread,
        mentioned,
        queued,
        at,
      })),
    ).toEqual(inbox);
  });

  it('[SYNC-PROJECT] rebuild makes the same rows from replicas that were put together', async () => {
    const store = newStore();
    store.transact(() => someHistory(seeded(12), 160).forEach((row) => apply(store, row)));
    const before = rowsOf(store);
    const [first, second] = [DOCUMENT, `${CONVERSATION}/all/2`].map((name) => readDocument(store, name));
    await compact(store, DOCUMENT);
    await compact(store, `${CONVERSATION}/all/2`);
    expect(store.all(`SELECT document, n_from FROM replica_updates ORDER BY document`)).toEqual([
      { document: DOCUMENT, n_from: 0 },
      { document: `${CONVERSATION}/all/2`, n_from: 0 },
    ]);
    rebuild(store, SELF);
    expect(rowsOf(store)).toEqual(before);
    expect([readDocument(store, DOCUMENT), readDocument(store, `${CONVERSATION}/all/2`)]).toEqual([first, second]);
  });

  it('[SYNC-PROJECT] a message that was emptied before it came here stands as removed', () => {
    const log = createThreadLog();
    const said = log.add(account(2), 2_002, message('secret word'));
    const removed = log.add(account(2), 2_002, { kind: 'remove', of: said.key, sentAt: NOW });
    const doc = new Y.Doc();
    for (const row of [said, removed]) Y.applyUpdate(doc, row.bytes);
    doc.getMap('entries').delete(said.key);
    const store = newStore();
    expect(apply(store, { ...said, bytes: Y.encodeStateAsUpdate(doc) })).toBe('applied');
    expect(store.all(`SELECT key, seq, text, removed, author FROM items`)).toEqual([
      { key: said.key, seq: said.seq, text: '', removed: 1, author: account(2) },
    ]);
  });

  it('[SYNC-2] an own message that was removed elsewhere before its acceptance came here does not stay queued', () => {
    const store = newStore();
    const key = queueMessage(store, PLACE, { text: 'word', mentions: [], attachments: [] }, NOW);
    const log = createThreadLog();
    const rows = [log.add(ME, SELF.clientId, message('word'), key), log.add(ME, 1_001, { kind: 'remove', of: key, sentAt: NOW })];
    const doc = new Y.Doc();
    for (const row of rows) Y.applyUpdate(doc, row.bytes);
    doc.getMap('entries').delete(key);
    apply(store, { ...rows[0]!, bytes: Y.encodeStateAsUpdate(doc) });
    expect(outboxCounts(store)).toMatchObject({ queued: 0, notSent: 0 });
    expect(store.all(`SELECT key, seq, text, removed FROM items`)).toEqual([{ key, seq: 1, text: '', removed: 1 }]);
  });

  it('[SYNC-STRANGER] an own entry that this profile never wrote tells that the profile was copied', () => {
    const store = newStore();
    const log = createThreadLog();
    const key = queueMessage(store, PLACE, { text: 'mine', mentions: [], attachments: [] }, NOW);
    expect(apply(store, log.add(ME, SELF.clientId, message('mine'), key))).toBe('applied');
    expect(apply(store, log.add(ME, 1_001, message('from my other device')))).toBe('applied');
    expect(apply(store, log.add(ME, SELF.clientId, message('from the copy')))).toBe('stranger');
    resetReplica(store, DOCUMENT);
    expect(readDocument(store, DOCUMENT)).toMatchObject({ n: 0, server_n: 3 });
  });

  it('[SYNC-2] the stamp of an own entry takes it out of the outbox in the same transaction', () => {
    const store = newStore();
    const key = queueMessage(store, PLACE, { text: 'hello', mentions: [], attachments: [] }, NOW);
    expect(outboxCounts(store)).toMatchObject({ queued: 1, notSent: 0 });
    const changes = noChanges();
    const row = createThreadLog().add(ME, SELF.clientId, message('hello'), key);
    store.transact(() => applyWhole(store, SELF, DOCUMENT, row.bytes, changes));
    expect(changes.accepted).toEqual([key]);
    expect(outboxCounts(store)).toMatchObject({ queued: 0, notSent: 0 });
    expect(store.all(`SELECT key, seq FROM items`)).toEqual([{ key, seq: 1 }]);
  });

  it('[SYNC-6] what was on its way when a conversation was taken away leaves nothing here', () => {
    const store = newStore();
    const log = createThreadLog();
    const [first, late] = ['before', 'after'].map((text) => log.add(account(2), 2_002, message(text)));
    apply(store, first!);
    store.transact(() => purgeConversation(store, CONVERSATION));
    expect(apply(store, late!)).toBe('duplicate');
    expect(apply(store, first!)).toBe('duplicate');
    expect(rowsOf(store)).toMatchObject({ items: [] });
    expect(readDocument(store, DOCUMENT)).toBeUndefined();
  });

  it('[SYNC-2] a crash before the commit leaves all as it was', () => {
    const store = newStore();
    const row = createThreadLog().add(account(2), 2_002, message('hello'));
    expect(() =>
      store.transact(() => {
        applyWhole(store, SELF, DOCUMENT, row.bytes, noChanges());
        throw new Error('crash');
      }),
    ).toThrow('crash');
    expect(rowsOf(store)).toMatchObject({ items: [] });
    expect(readDocument(store, DOCUMENT)?.n).toBe(0);
    expect(apply(store, row)).toBe('applied');
  });

  it('[SYNC-2] a queued reply is there after the process ended without closing anything', () => {
    const folder = temporaryFolder();
    const first = openStore(folder.path);
    prepare(first);
    const key = queueMessage(first, PLACE, { text: 'kept', mentions: [], attachments: [] }, NOW);
    // A second reader of the same files sees what a new process would see: only what is committed.
    const copy = temporaryFolder();
    for (const name of ['trialogue.db', 'trialogue.db-wal']) copyFile(`${folder.path}/${name}`, `${copy.path}/${name}`);
    const again = openStore(copy.path);
    expect(outboxCounts(again)).toMatchObject({ queued: 1, notSent: 0 });
    expect(again.all(`SELECT key, text FROM items`)).toEqual([{ key, text: 'kept' }]);
    expect(readConversation(again, CONVERSATION)?.job.title).toBe('Kitchen tap');
    again.close();
    first.close();
    folder.remove();
    copy.remove();
  });
});
