import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { NotificationView, Settings } from '#shared/app-views.ts';
import type { Fact } from '#shared/facts.ts';

import { applyWhole, noChanges } from '../projection/apply.ts';
import { putConversation } from '../storage/conversations.ts';
import { openStore, type Store } from '../storage/database.ts';
import { readSettings, writeSession, writeSettings } from '../storage/session.ts';
import { account, CONVERSATION, createThreadLog, ME, message, NOW, record, session } from '../testing/fake-server.ts';
import { temporaryFolder } from '../testing/test-platform.ts';
import { createNotifier, type Notifier } from './notifier.ts';

const SELF = { account: ME, clientId: 1_000 };
const ID = `${CONVERSATION}/all`;

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
let notifier: Notifier;
let shown: NotificationView[];
let withdrawn: string[];
let log: ReturnType<typeof createThreadLog>;

/** What another person says comes in, and is told of. */
function comes(fact: Fact): string {
  const key = arrive(fact);
  vi.runAllTimers();
  return key;
}

function arrive(fact: Fact): string {
  const { document, bytes, key } = log.add(account(2), 2_002, fact);
  const changes = noChanges();
  store.transact(() => applyWhole(store, SELF, document, bytes, changes));
  notifier.changed(changes.threads);
  notifier.arrived(changes.arrivals);
  return key;
}

const settings = (): Settings => readSettings(store);
const said = () => shown.map(({ title, body, quiet }) => `${quiet ? '(quiet) ' : ''}${title}: ${body}`);

function start(): void {
  notifier = createNotifier({
    store,
    settings,
    languages: () => [],
    now: () => NOW,
    view: () => ({ focused: false, open: null }),
    show: (view) => void shown.push(view),
    withdraw: (ids) => void withdrawn.push(...ids),
  });
}

beforeEach(() => {
  folder = temporaryFolder();
  store = openStore(folder.path);
  store.transact(() => {
    writeSession(store, { ...session(), notifyAfter: 0 });
    putConversation(store, record(), ME);
  });
  shown = [];
  withdrawn = [];
  log = createThreadLog();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  start();
});
afterEach(() => {
  vi.useRealTimers();
  notifier.close();
  store.close();
  folder.remove();
});

describe('the notification of a thread', () => {
  it('[NOTIFY-1] counts what is new, takes one place, and leads to the first of it', () => {
    comes(message('one'));
    comes(message('two'));
    expect(shown.map(({ id, count, seq }) => ({ id, count, seq }))).toEqual([
      { id: ID, count: 1, seq: 1 },
      { id: ID, count: 2, seq: 1 },
    ]);
    expect(shown[1]!.body).toContain('two');
    expect(notifier.find(ID)).toEqual({ conversation: CONVERSATION, thread: 'all', seq: 1, newest: 2 });
  });

  it('[NOTIFY-1] stays while some of it is unread, and goes with the last', () => {
    comes(message('one'));
    comes(message('two'));
    notifier.read(CONVERSATION, 'all', 1);
    expect(withdrawn).toEqual([]);
    notifier.read(CONVERSATION, 'all', 2);
    expect(withdrawn).toEqual([ID]);
    comes(message('three'));
    expect(shown.at(-1)).toMatchObject({ count: 1, seq: 3 });
  });

  it('[NOTIFY-1] says what a message says now, and nothing of one that was removed', () => {
    const one = comes(message('one'));
    const two = comes(message('twoo'));
    comes({ kind: 'edit', of: two, text: 'two', mentions: [], sentAt: NOW });
    expect(said().at(-1)).toMatch(/^\(quiet\) 2 new messages.*two$/);
    comes({ kind: 'remove', of: two, sentAt: NOW });
    expect(said().at(-1)).toMatch(/^\(quiet\).*: one$/);
    expect(withdrawn).toEqual([]);
    comes({ kind: 'remove', of: one, sentAt: NOW });
    expect(withdrawn).toEqual([ID]);
  });

  it('[NOTIFY-1] of an earlier run of the app is still known: where it leads, and when it goes', () => {
    const one = comes(message('one'));
    notifier.close();
    start();
    expect(notifier.find(ID)).toMatchObject({ seq: 1, newest: 1 });
    comes({ kind: 'remove', of: one, sentAt: NOW });
    expect(withdrawn).toEqual([ID]);
  });

  it('[NOTIFY-1] is not shown while notifications are paused, nor afterwards', () => {
    store.transact(() => writeSettings(store, { pausedUntil: NOW + 1 }));
    comes(message('one'));
    store.transact(() => writeSettings(store, { pausedUntil: null }));
    comes(message('two'));
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatchObject({ count: 1, seq: 2 });
  });

  it('[NOTIFY-1] of a flood comes once a second, and says how many there are', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    notifier.close();
    start();
    for (let sent = 0; sent < 60; sent++) {
      arrive(message(`flood ${sent}`));
      vi.advanceTimersByTime(50);
    }
    vi.runAllTimers();
    expect(shown.length).toBeGreaterThan(4);
    expect(shown.length).toBeLessThan(10);
    expect(shown.at(-1)).toMatchObject({ count: 60, seq: 1 });
  });

  it('[NOTIFY-1] asks no more of the disk for one more message when dozens of the thread are unread', () => {
    const asked = (): number => {
      const [get, all] = [vi.spyOn(store, 'get'), vi.spyOn(store, 'all')];
      comes(message('one more'));
      const calls = get.mock.calls.length + all.mock.calls.length;
      get.mockRestore();
      all.mockRestore();
      return calls;
    };
    comes(message('one'));
    const few = asked();
    for (let sent = 0; sent < 60; sent++) arrive(message(`flood ${sent}`));
    vi.runAllTimers();
    expect(asked()).toBe(few);
  });

  it('[NOTIFY-3] hides its words when asked, also when they change', () => {
    store.transact(() => writeSettings(store, { notificationText: false }));
    const one = comes(message('secret'));
    comes({ kind: 'edit', of: one, text: 'more secret', mentions: [], sentAt: NOW });
    expect(said()).toEqual(['Trialogue: Something new for you']);
  });
});
