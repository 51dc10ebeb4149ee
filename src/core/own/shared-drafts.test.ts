import { describe, expect, it, onTestFinished } from 'vitest';

import type { Conversation } from '#shared/api/conversations.ts';
import type { ThreadName } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';
import { draftedBy, draftKey, isLater, type OwnEntry } from '#shared/own.ts';

import { mayKeepDraft, purgeConversation, putConversation, readConversation } from '../storage/conversations.ts';
import { openStore, type Store } from '../storage/database.ts';
import { readDraft } from '../storage/drafts.ts';
import { inStep } from '../storage/migrations/0007-in-step.ts';
import { MIGRATIONS } from '../storage/migrations/index.ts';
import { putCommittedOwn, readOwn, readOwnUnder, waitingOwn, writeOwn } from '../storage/own-values.ts';
import { readCannedReplies, removeCannedReply } from '../storage/person-settings.ts';
import { readSettings, writeSession, writeSettings } from '../storage/session.ts';
import { putUpload } from '../storage/upload-rows.ts';
import { account, CONVERSATION, ME, NOW, record, session } from '../testing/fake-server.ts';
import { temporaryFolder } from '../testing/test-platform.ts';
import { filesElsewhere, shareDrafts, takeDraft, writeDraft } from './shared-drafts.ts';

const ALL = { conversation: CONVERSATION, thread: 'all' } as const;
const TEAM = { conversation: CONVERSATION, thread: 'team' } as const;
const KEY = draftKey(CONVERSATION, 'all');

type Device = {
  store: Store;
  type(text: string, at: number, more?: { over?: number; aside?: 'drop'; thread?: ThreadName }): void;
  share(): void;
  draft(thread?: ThreadName): ReturnType<typeof readDraft>;
};

function device(lease: number, changes: Partial<Conversation> | null = {}): Device {
  const folder = temporaryFolder();
  const store = openStore(folder.path);
  onTestFinished(() => {
    store.close();
    folder.remove();
  });
  store.transact(() => {
    writeSession(store, { ...session(), clientId: lease });
    if (changes) putConversation(store, record(CONVERSATION, changes), ME);
  });
  return {
    store,
    type(text, at, { over, aside = 'keep' as const, thread = 'all' } = {}) {
      const draft = { text, mentions: [], replyTo: null, caret: text.length };
      writeDraft({ store, lease, now: NOW + at }, { conversation: CONVERSATION, thread }, draft, { over: over ?? null, aside });
    },
    share: () => void shareDrafts({ store, lease, now: NOW }),
    draft: (thread = 'all') => readDraft(store, { conversation: CONVERSATION, thread }),
  };
}

/** What the server makes of it: all that was written reaches every device, and the later holds everywhere. */
function meet(...devices: Device[]): void {
  const latest = new Map<string, OwnEntry>();
  for (const { store } of devices) {
    for (const [key, entry] of readOwnUnder(store, '')) {
      const other = latest.get(key);
      if (!other || isLater(entry, other)) latest.set(key, entry);
    }
  }
  for (const { store } of devices) {
    store.transact(() => {
      for (const [key, entry] of latest) {
        putCommittedOwn(store, key, entry);
        const place = draftedBy(key);
        const known = place && readConversation(store, place.conversation);
        if (known && mayKeepDraft(store, known, place.thread)) takeDraft(store, place);
      }
    });
    expect(waitingOwn(store)).toEqual([]);
  }
}

describe('drafts between the devices of a person', () => {
  it('[THREAD-3] what was begun on one device is gone on with on another, and gone everywhere once it is sent', () => {
    const [desk, laptop] = [device(1_000), device(1_001)];
    desk.type('Can you come', 0);
    expect(waitingOwn(desk.store)).toEqual([]);
    desk.share();
    meet(desk, laptop);
    expect(laptop.draft()).toMatchObject({ text: 'Can you come', changed: null, aside: null });
    laptop.type('Can you come on Friday?', 5, { over: laptop.draft().adopted });
    laptop.share();
    meet(desk, laptop);
    expect(desk.draft()).toMatchObject({ text: 'Can you come on Friday?', aside: null });
    desk.type('', 9, { over: desk.draft().adopted });
    meet(desk, laptop);
    expect(laptop.draft()).toMatchObject({ text: '', aside: null });
    desk.type('Next', 10);
    desk.share();
    meet(desk, laptop);
    expect(laptop.draft()).toMatchObject({ text: 'Next', aside: null });
  });

  it('[THREAD-3] of two devices that wrote while they were apart the later holds, and the other’s words stay where they were written', () => {
    const [desk, laptop] = [device(1_000), device(1_001)];
    desk.type('Monday', 0);
    desk.share();
    laptop.type('Tuesday', 5);
    laptop.share();
    meet(desk, laptop);
    expect([desk.draft(), laptop.draft()]).toMatchObject([
      { text: 'Tuesday', aside: 'Monday' },
      { text: 'Tuesday', aside: null },
    ]);
    desk.type('Tuesday\nMonday', 9, { over: desk.draft().adopted, aside: 'drop' });
    desk.share();
    meet(desk, laptop);
    expect([desk.draft(), laptop.draft()]).toMatchObject([{ text: 'Tuesday\nMonday', aside: null }, { text: 'Tuesday\nMonday' }]);
  });

  it('[THREAD-3] nothing is put under the hands of who is writing: it is set aside, and what is written goes out later', () => {
    const [desk, laptop] = [device(1_000), device(1_001)];
    laptop.type('from the train', 5);
    laptop.share();
    desk.type('I am typing', 2);
    meet(desk, laptop);
    expect(desk.draft()).toMatchObject({ text: 'I am typing', aside: 'from the train' });
    desk.type('I am typing on', 3, { over: 0 });
    desk.share();
    meet(desk, laptop);
    expect([desk.draft().text, laptop.draft().text]).toEqual(['I am typing on', 'I am typing on']);
    // A page that had not heard yet of what came in between.
    laptop.type('typing', 8, { over: 0 });
    expect(laptop.draft()).toMatchObject({ text: 'typing', aside: 'I am typing on' });
    laptop.type('typ', 9, { over: 0, aside: 'drop' });
    expect(laptop.draft()).toMatchObject({ text: 'typ', aside: null });
  });

  it('[THREAD-3] a message that was sent elsewhere takes no words along that were written meanwhile', () => {
    const [desk, laptop] = [device(1_000), device(1_001)];
    desk.type('Hello', 0);
    desk.share();
    meet(desk, laptop);
    desk.type('Hello, one more thing', 3);
    desk.share();
    laptop.type('', 6);
    meet(desk, laptop);
    expect([desk.draft().text, laptop.draft().text]).toEqual(['Hello, one more thing', '']);
    desk.share();
    meet(desk, laptop);
    expect(laptop.draft().text).toBe('Hello, one more thing');
  });

  it('[THREAD-3] the caret alone is no news, and files stay on their device, which the others are told', () => {
    const [desk, laptop] = [device(1_000), device(1_001)];
    const file = { id: 'f', name: 'a.txt', type: 'text/plain', bytes: 1, width: null, height: null };
    desk.store.transact(() => putUpload(desk.store, { ...ALL, ...file }));
    desk.type('see the photo', 0);
    desk.share();
    meet(desk, laptop);
    expect([desk, laptop].map(({ store }, n) => filesElsewhere({ store, lease: 1_000 + n }, ALL))).toEqual([0, 1]);
    laptop.type('see the photo', 4);
    laptop.share();
    expect(waitingOwn(laptop.store)).toEqual([]);
    laptop.type('see this photo', 5);
    laptop.share();
    meet(desk, laptop);
    expect([desk, laptop].map(({ store }, n) => filesElsewhere({ store, lease: 1_000 + n }, ALL))).toEqual([0, 1]);
  });

  it('[THREAD-9] drafts of notes are for who may read them, and come with that; who loses a thread leaves no draft anywhere', () => {
    const team = { lastSeq: 0, assignee: null, labels: [], resolved: null };
    const [desk, outside] = [device(1_000, { team }), device(1_001, { team: null })];
    desk.type('only us', 0, { thread: 'team' });
    desk.type('everybody', 0);
    desk.share();
    meet(desk, outside);
    expect([outside.draft('team').text, outside.draft().text]).toEqual(['', 'everybody']);
    outside.store.transact(() => putConversation(outside.store, record(CONVERSATION, { team }), ME));
    expect(outside.draft('team').text).toBe('only us');
    desk.store.transact(() => putConversation(desk.store, record(CONVERSATION, { team: null }), ME));
    purgeConversation(desk.store, CONVERSATION);
    expect(JSON.stringify(desk.store.all('SELECT value FROM own_outbox'))).not.toMatch(/only us|everybody/);
    meet(desk, outside);
    expect([outside.draft('team').text, outside.draft().text]).toEqual(['', '']);
    const later = device(1_002, null);
    writeOwn(later.store, KEY, { text: 'before its conversation', mentions: [], replyTo: null }, NOW + 50);
    later.store.transact(() => putConversation(later.store, record(), ME));
    expect([later.draft().text, readDraft(later.store, TEAM).text]).toEqual(['before its conversation', '']);
  });

  it('[THREAD-3] what the own document can’t hold stays on its device, and goes once it is smaller', () => {
    const desk = device(1_000);
    desk.type('"'.repeat(LIMITS.textLength * 2), 0);
    desk.share();
    expect([readOwn(desk.store, KEY), desk.draft().text.length]).toEqual([null, LIMITS.textLength * 2]);
    const filled = 'x'.repeat(19_000);
    for (let sum = 0, n = 10; sum < LIMITS.ownDraftsLength; sum += filled.length, n++)
      writeOwn(desk.store, draftKey(account(n), 'all'), { text: filled }, NOW);
    desk.type('short', 1);
    desk.share();
    expect(readOwn(desk.store, KEY)).toBeNull();
    writeOwn(desk.store, draftKey(account(10), 'all'), { text: '' }, NOW);
    writeOwn(desk.store, draftKey(account(11), 'all'), { text: '' }, NOW);
    desk.share();
    expect(readOwn(desk.store, KEY)?.value).toMatchObject({ text: 'short' });
  });
});

describe('settings of a person', () => {
  it('[DESK-4] are the same on all devices, and what is of a machine stays there', () => {
    const [desk, laptop] = [device(1_000), device(1_001)];
    writeSettings(desk.store, { quietHours: { from: '20:00', to: '07:00' }, undoSend: true, theme: 'dark' }, NOW);
    meet(desk, laptop);
    expect(readSettings(laptop.store)).toMatchObject({
      quietHours: { from: '20:00', to: '07:00' },
      undoSend: true,
      theme: 'system',
    });
    writeSettings(laptop.store, { quietHours: null }, NOW + 1);
    meet(desk, laptop);
    expect(readSettings(desk.store)).toMatchObject({ quietHours: null, theme: 'dark' });
    writeOwn(desk.store, 'setting/undo-send', 'nonsense', NOW + 2);
    expect(readSettings(desk.store).undoSend).toBe(true);
    expect(readCannedReplies(desk.store)).toEqual([]);
  });

  it('[DESK-4] [THREAD-11] what lay on one machine goes over once, and gives way to what was said elsewhere meanwhile', () => {
    const folder = temporaryFolder();
    onTestFinished(() => folder.remove());
    const before = openStore(folder.path, MIGRATIONS.slice(0, MIGRATIONS.indexOf(inStep)));
    writeSession(before, { ...session(), clientId: 1_000 });
    before.run(`INSERT INTO canned_replies (id, name, text) VALUES ('r1', 'On the way', 'Somebody comes.')`);
    before.run(`INSERT INTO settings (name, value) VALUES ('settings', '{"theme":"dark","undoSend":true,"quietHours":null}')`);
    before.run(`INSERT INTO drafts (conversation, thread, text) VALUES ('${CONVERSATION}', 'all', 'half a thought')`);
    before.close();
    const store = openStore(folder.path);
    expect(readCannedReplies(store)).toEqual([{ id: 'r1', name: 'On the way', text: 'Somebody comes.' }]);
    expect(readSettings(store)).toMatchObject({ theme: 'dark', undoSend: true, quietHours: null });
    shareDrafts({ store, lease: 1_000, now: NOW });
    expect(readOwn(store, KEY)).toMatchObject({ value: { text: 'half a thought' }, at: 1 });
    putCommittedOwn(store, 'setting/undo-send', { value: false, at: NOW });
    expect(readSettings(store).undoSend).toBe(false);
    store.close();
    const again = openStore(folder.path);
    removeCannedReply(again, 'r1', NOW);
    expect(readCannedReplies(again)).toEqual([]);
    again.close();
  });
});
