import { afterEach, expect, it, vi } from 'vitest';

import type { MessageView } from '#shared/views.ts';

import { queueEdit, queueReaction, queueRemoval, takeBack } from './changing.ts';
import { createHold, HOLD_MS } from './hold.ts';
import { queueMessage, retryMessage } from './outgoing.ts';
import { writeDraft } from './own/shared-drafts.ts';
import { applyWhole, noChanges } from './projection/apply.ts';
import { putConversation } from './storage/conversations.ts';
import { openStore, type Store } from './storage/database.ts';
import { readDraft } from './storage/drafts.ts';
import { assignDocument, markNotSent, outboxCounts, waitingEntries } from './storage/outbox.ts';
import { writeSession } from './storage/session.ts';
import { account, CONVERSATION, createThreadLog, DOCUMENT, ME, message, NOW, record, session } from './testing/fake-server.ts';
import { temporaryFolder } from './testing/test-platform.ts';
import { queueItems } from './views/queue-view.ts';
import { threadPage } from './views/thread-view.ts';

const SELF = { account: ME, clientId: 1_000 };
const PLACE = { conversation: CONVERSATION, thread: 'all' } as const;
const closers: (() => void)[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const close of closers.splice(0)) close();
});

type Setup = { store: Store; mine: string; theirs: string; log: ReturnType<typeof createThreadLog> };

/** A thread with one message of one's own and one of the client's. */
function setup(): Setup {
  const folder = temporaryFolder();
  const store = openStore(folder.path);
  closers.push(() => {
    store.close();
    folder.remove();
  });
  const log = createThreadLog();
  const rows = [log.add(ME, 1_000, message('mine')), log.add(account(2), 2_002, message('theirs'))];
  store.transact(() => {
    writeSession(store, session());
    putConversation(store, record(), ME);
    for (const row of rows) applyWhole(store, SELF, row.document, row.bytes, noChanges());
  });
  return { store, mine: rows[0]!.key, theirs: rows[1]!.key, log };
}

const context = (store: Store): Parameters<typeof threadPage>[0] => ({ store, me: ME, sending: () => false, typing: () => [] });
function messages(store: Store): MessageView[] {
  const { items } = threadPage(context(store), PLACE, { limit: 50 });
  return items.filter((item): item is MessageView => item.kind === 'message');
}
const find = (store: Store, key: string): MessageView => messages(store).find((item) => item.key === key)!;
const goes = (store: Store): unknown[] =>
  waitingEntries(store, CONVERSATION, 'all', 10).map((row) => JSON.parse(row.fact) as unknown);

it('[THREAD-3] an edit shows at once, waits in the outbox, and the last of several is the one that is sent', () => {
  const { store, mine } = setup();
  queueEdit(store, PLACE, { of: mine, text: 'better', mentions: [] }, NOW + 5_000);
  queueEdit(store, PLACE, { of: mine, text: 'best', mentions: [account(2)] }, NOW + 6_000);
  expect(find(store, mine)).toMatchObject({
    text: 'best',
    edited: true,
    mentions: [{ name: 'Cleo Santos' }],
    change: { kind: 'edit', state: { kind: 'queued' } },
  });
  expect(goes(store)).toEqual([{ kind: 'edit', of: mine, text: 'best', mentions: [account(2)], sentAt: NOW + 6_000 }]);
});

it('[THREAD-3] an edit of what never went out is written into its place in the queue', () => {
  const { store } = setup();
  const key = queueMessage(store, PLACE, { text: 'frist', mentions: [], attachments: [] }, NOW + 5_000);
  queueMessage(store, PLACE, { text: 'second', mentions: [], attachments: [] }, NOW + 5_001);
  queueEdit(store, PLACE, { of: key, text: 'first', mentions: [] }, NOW + 6_000);
  expect(goes(store)).toMatchObject([{ text: 'first' }, { text: 'second' }]);
  expect(find(store, key)).toMatchObject({ text: 'first', edited: false });
  assignDocument(store, [key], DOCUMENT);
  queueEdit(store, PLACE, { of: key, text: 'the first', mentions: [] }, NOW + 7_000);
  expect(goes(store)).toMatchObject([{ text: 'first' }, { text: 'second' }, { kind: 'edit', of: key, text: 'the first' }]);
});

it('[THREAD-3] only its author may edit or remove a message, and only for as long as the agency allows', () => {
  const { store, mine, theirs } = setup();
  const edit = { text: 'other', mentions: [] };
  expect(() => queueEdit(store, PLACE, { of: theirs, ...edit }, NOW)).toThrow('Only its author');
  expect(() => queueRemoval(store, PLACE, theirs, NOW)).toThrow('Only its author');
  const tomorrow = NOW + 26 * 3_600_000;
  expect(() => queueEdit(store, PLACE, { of: mine, ...edit }, tomorrow)).toThrow('too late');
  expect(outboxCounts(store).queued).toBe(0);
});

it('[THREAD-3] a removed message is empty at once; refused, it is there again with the reason', () => {
  const { store, mine } = setup();
  queueEdit(store, PLACE, { of: mine, text: 'better', mentions: [] }, NOW + 5_000);
  const key = queueRemoval(store, PLACE, mine, NOW + 6_000)!;
  expect(goes(store)).toMatchObject([{ kind: 'remove', of: mine }]);
  expect(find(store, mine)).toMatchObject({ removed: true, text: '', change: { kind: 'remove', state: { kind: 'queued' } } });
  expect(() => queueReaction(store, PLACE, { to: mine, emoji: '👍', on: true }, NOW)).toThrow('removed');
  markNotSent(store, [key], 'too-late');
  expect(find(store, mine)).toMatchObject({
    removed: false,
    text: 'mine',
    change: { state: { kind: 'not-sent', rule: 'too-late' } },
  });
  expect(queueItems(context(store))).toMatchObject([{ key, work: { kind: 'remove' }, state: { kind: 'not-sent' } }]);
});

it('[THREAD-3] what never went out leaves nothing behind when it is removed', () => {
  const { store } = setup();
  const key = queueMessage(store, PLACE, { text: 'oops', mentions: [], attachments: [] }, NOW + 5_000);
  expect(queueRemoval(store, PLACE, key, NOW + 6_000)).toBeNull();
  expect(messages(store)).toHaveLength(2);
  expect(outboxCounts(store).queued).toBe(0);
});

it('[THREAD-3] a reaction shows at once; taken away before it went out, nothing is sent', () => {
  const { store, theirs, log } = setup();
  const react = (emoji: string, on: boolean): string | null =>
    queueReaction(store, PLACE, { to: theirs, emoji, on }, NOW + 5_000);
  const key = react('👍', true)!;
  expect(find(store, theirs).reactions).toMatchObject([{ emoji: '👍', own: true, waits: true, people: [{ name: 'Ana Reyes' }] }]);
  expect(react('👍', true)).not.toBeNull();
  expect(goes(store)).toHaveLength(1);
  expect(react('👍', false)).toBeNull();
  expect(goes(store)).toEqual([]);
  expect(find(store, theirs).reactions).toEqual([]);

  const accepted = log.add(ME, 1_000, { kind: 'react', to: theirs, emoji: '🎉', on: true, sentAt: NOW }, key);
  store.transact(() => applyWhole(store, SELF, accepted.document, accepted.bytes, noChanges()));
  expect(react('🎉', true)).toBeNull();
  expect(react('🎉', false)).not.toBeNull();
  expect(goes(store)).toMatchObject([{ kind: 'react', on: false }]);
  expect(find(store, theirs).reactions).toEqual([]);
});

it('[THREAD-3] what is held stays in the outbox, holds back what is behind it, and goes out after 5 s', () => {
  vi.useFakeTimers();
  const { store } = setup();
  const released: string[][] = [];
  const hold = createHold({ store, now: () => NOW, onReleased: (rows) => released.push(rows.map((row) => row.key)) });
  const first = queueMessage(store, PLACE, { text: 'first', mentions: [], attachments: [] }, NOW);
  hold.hold(first);
  queueMessage(store, PLACE, { text: 'second', mentions: [], attachments: [] }, NOW + 1);
  expect(goes(store)).toEqual([]);
  expect(find(store, first).state).toEqual({ kind: 'held', until: NOW + HOLD_MS });
  vi.advanceTimersByTime(HOLD_MS - 1);
  expect(released).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(released).toEqual([[first]]);
  expect(goes(store)).toMatchObject([{ text: 'first' }, { text: 'second' }]);
  expect(() => takeBack(store, first)).toThrow('sent already');
});

it('[THREAD-3] a removal that can be taken back holds nothing up', () => {
  const { store, mine } = setup();
  const hold = createHold({ store, now: () => NOW, onReleased: () => undefined });
  closers.unshift(() => hold.close());
  const removal = queueRemoval(store, PLACE, mine, NOW)!;
  hold.hold(removal);
  queueMessage(store, PLACE, { text: 'instead', mentions: [], attachments: [] }, NOW + 1);
  expect(goes(store)).toMatchObject([{ text: 'instead' }]);
  hold.release();
  expect(goes(store)).toMatchObject([{ kind: 'remove', of: mine }, { text: 'instead' }]);
});

it('[THREAD-3] what is taken back is gone from thread and queue, and comes back whole', () => {
  const { store, mine, theirs } = setup();
  const hold = createHold({ store, now: () => NOW, onReleased: () => undefined });
  closers.unshift(() => hold.close());
  const sent = { text: 'to @Cleo Santos', mentions: [account(2)], attachments: [], replyTo: theirs };
  const key = queueMessage(store, PLACE, sent, NOW + 5_000);
  hold.hold(key);
  expect(takeBack(store, key).fact).toMatchObject(sent);
  expect(messages(store)).toHaveLength(2);
  const removal = queueRemoval(store, PLACE, mine, NOW + 6_000)!;
  hold.hold(removal);
  takeBack(store, removal);
  expect(find(store, mine)).toMatchObject({ removed: false, text: 'mine' });
  expect(outboxCounts(store).queued).toBe(0);
});

it('[THREAD-3] [SYNC-2] what a crash finds held goes out once at the next start', () => {
  const { store } = setup();
  const before = createHold({ store, now: () => NOW, onReleased: () => undefined });
  const key = queueMessage(store, PLACE, { text: 'kept', mentions: [], attachments: [] }, NOW);
  before.hold(key);
  // The process ends: its timers are gone with it.
  before.close();
  expect(goes(store)).toEqual([]);
  createHold({ store, now: () => NOW, onReleased: () => undefined });
  expect(goes(store)).toMatchObject([{ text: 'kept' }]);
  expect(messages(store).filter((item) => item.text === 'kept')).toHaveLength(1);
});

it('[THREAD-3] a draft keeps its text, its mentions, what it answers and the caret', () => {
  const { store, theirs } = setup();
  const draft = { text: 'half', mentions: [account(2)], replyTo: theirs, caret: 2 };
  const write = (next: typeof draft | (Omit<typeof draft, 'replyTo'> & { replyTo: null })): unknown =>
    writeDraft({ store, lease: 1_000, now: NOW }, PLACE, next, { over: null, aside: 'keep' });
  write(draft);
  expect(readDraft(store, PLACE)).toMatchObject(draft);
  write({ text: '', mentions: [], replyTo: theirs, caret: 0 });
  expect(readDraft(store, PLACE).replyTo).toBe(theirs);
  write({ text: '', mentions: [], replyTo: null, caret: 0 });
  expect(readDraft(store, PLACE)).toMatchObject({ text: '', mentions: [], replyTo: null, caret: null });
});

it('[THREAD-2] a refused message that is corrected mentions those whom its new text names', () => {
  const { store } = setup();
  const sent = { text: '@Gone and @Cleo Santos', mentions: [account(9), account(2)], attachments: [] };
  const key = queueMessage(store, PLACE, sent, NOW + 5_000);
  markNotSent(store, [key], 'mention');
  queueEdit(store, PLACE, { of: key, text: '@Cleo Santos', mentions: [account(2)] }, NOW + 6_000);
  expect(goes(store)).toMatchObject([{ kind: 'message', text: '@Cleo Santos', mentions: [account(2)] }]);
  markNotSent(store, [key], 'mention');
  retryMessage(store, key, 'nobody', NOW + 7_000, [], []);
  expect(goes(store)).toMatchObject([{ text: 'nobody', mentions: [] }]);
});

it('[THREAD-2] a reply to what is gone can be corrected: it answers nothing any more', () => {
  const { store, theirs } = setup();
  const key = queueMessage(store, PLACE, { text: 'yes', mentions: [], attachments: [], replyTo: theirs }, NOW + 5_000);
  markNotSent(store, [key], 'target');
  retryMessage(store, key, undefined, NOW + 6_000);
  expect(goes(store)).toMatchObject([{ text: 'yes', replyTo: theirs }]);
  markNotSent(store, [key], 'target');
  retryMessage(store, key, 'yes, the valve', NOW + 7_000);
  expect(goes(store)).toEqual([{ kind: 'message', text: 'yes, the valve', mentions: [], attachments: [], sentAt: NOW + 7_000 }]);
});
