import { describe, expect, it, onTestFinished } from 'vitest';
import * as Y from 'yjs';

import { isMutedBy, ME_ROOT, muteKey } from '#shared/documents.ts';
import { markedBy } from '#shared/own.ts';
import { FIRST_CHOICE, type InboxView, type OwnMarks } from '#shared/work-list.ts';

import { queueTeamFact } from '../outgoing.ts';
import { applyWhole, noChanges } from '../projection/apply.ts';
import { rebuild } from '../projection/rebuild.ts';
import { putConversation, refreshConversation, unreadMessages } from '../storage/conversations.ts';
import { openStore, type Store } from '../storage/database.ts';
import { inboxCounts, inboxIds } from '../storage/inbox-rows.ts';
import { readMarks, readOwn, waitingOwn, writeOwn } from '../storage/own-values.ts';
import { writeSession } from '../storage/session.ts';
import { account, createThreadLog, ME, message, NOW, NOWHERE, record, session } from '../testing/fake-server.ts';
import { createTestPlatform, startTestApp, temporaryFolder } from '../testing/test-platform.ts';
import { createAlarm } from './alarm.ts';
import { markConversations, meetConversation, restoreMarks } from './marks.ts';
import { loadOwnReplica } from './own-replica.ts';

const SELF = { account: ME, clientId: 1_000 };
const ASKING = { me: ME, isStaff: true };
const id = (n: number): string => `00000000-0000-4000-9000-${String(n).padStart(12, '0')}`;
const team = { lastSeq: 0, assignee: null, labels: [], resolved: null };

type Bench = {
  store: Store;
  say: (n: number, author: number, changes?: Parameters<typeof message>[1]) => void;
  mark: (n: number, change: Parameters<typeof markConversations>[2], now?: number) => ReturnType<typeof markConversations>;
  list: (view: InboxView, more?: Partial<typeof FIRST_CHOICE>) => number[];
  row: (n: number) => Pick<OwnMarks, 'place'> & { at: number; back: number; unread: number; marked: number };
};

function bench(conversations = 3): Bench {
  const folder = temporaryFolder();
  const store = openStore(folder.path);
  onTestFinished(() => {
    store.close();
    folder.remove();
  });
  const logs = new Map<number, ReturnType<typeof createThreadLog>>();
  store.transact(() => {
    writeSession(store, session());
    for (let n = 1; n <= conversations; n++) {
      const at = new Date(NOW + n * 60_000).toISOString();
      putConversation(store, record(id(n), { team, lastActivityAt: at }), ME);
      logs.set(n, createThreadLog(`${id(n)}/all/1`));
    }
  });
  return {
    store,
    say(n, author, changes) {
      const { document, bytes } = logs.get(n)!.add(account(author), 2_000 + author, message('words', changes));
      store.transact(() => {
        applyWhole(store, SELF, document, bytes, noChanges());
        refreshConversation(store, id(n), ME);
      });
    },
    mark: (n, change, now = NOW) => markConversations({ store, me: ME, now }, [id(n)], change),
    list: (view, more = {}) =>
      inboxIds(store, { ...FIRST_CHOICE, view, ...more }, ASKING, 50).map((one) => Number(one.slice(-3))),
    row: (n) => store.get(`SELECT place, at, back, unread, marked FROM conversations WHERE id = ?`, id(n))!,
  };
}

describe('what a person keeps of conversations', () => {
  it('[INBOX-4] an archived one leaves the inbox and comes back with a message of somebody else, not with an own one', () => {
    const { store, say, mark, list, row } = bench();
    say(1, 2);
    mark(1, { mark: 'archive', on: true });
    expect([list('inbox'), list('archived'), list('everything').length]).toEqual([[3, 2], [1], 3]);
    expect(unreadMessages(store)).toBe(0);
    say(1, 1);
    expect(row(1).place).toBe('archived');
    say(1, 3);
    expect([list('inbox').toSorted((a, b) => a - b), list('archived')]).toEqual([[1, 2, 3], []]);
    expect(unreadMessages(store)).toBe(2);
  });

  it('[INBOX-4] a snoozed one comes back by itself at its time, at the top, until it is opened; the order stays then', () => {
    const { store, mark, list, row } = bench();
    let now = NOW;
    const due: string[] = [];
    const alarm = createAlarm({
      store,
      now: () => now,
      me: () => ME,
      onDue: (ids) => due.push(...ids),
      onFailure: (error) => {
        throw error;
      },
    });
    onTestFinished(() => alarm.close());
    const until = NOW + 3_600_000;
    expect(() => mark(1, { mark: 'snooze', until: NOW })).toThrow('passed');
    mark(1, { mark: 'snooze', until });
    alarm.look();
    expect([list('inbox'), list('snoozed'), due]).toEqual([[3, 2], [1], []]);
    now = until;
    alarm.look();
    expect([list('inbox'), list('snoozed'), due]).toEqual([[1, 3, 2], [], [id(1)]]);
    expect(row(1)).toMatchObject({ back: 1, at: until });
    expect(meetConversation({ store, me: ME, now }, id(1))).toBe(true);
    expect(row(1)).toMatchObject({ back: 0, at: until });
    expect(meetConversation({ store, me: ME, now }, id(1))).toBe(false);
  });

  it('[INBOX-4] a message of somebody else ends a snooze at once, and its time changes nothing any more', () => {
    const { store, say, mark, row } = bench();
    const until = NOW + 3_600_000;
    mark(2, { mark: 'snooze', until });
    say(2, 2);
    expect(row(2).place).toBe('inbox');
    const before = row(2);
    const alarm = createAlarm({ store, now: () => until, me: () => ME, onDue: () => undefined, onFailure: () => undefined });
    alarm.look();
    alarm.close();
    expect(row(2)).toEqual(before);
  });

  it('[INBOX-4] what came due while the app was closed is back as soon as it starts', async () => {
    const folder = temporaryFolder();
    const store = openStore(folder.path);
    store.transact(() => {
      writeSession(store, session());
      for (const n of [1, 2]) putConversation(store, record(id(n), { team }), ME);
    });
    markConversations({ store, me: ME, now: NOW }, [id(1)], { mark: 'snooze', until: NOW + 1_000 });
    markConversations({ store, me: ME, now: NOW }, [id(2)], { mark: 'snooze', until: NOW + 3_000 });
    store.close();
    const app = await startTestApp(createTestPlatform(folder.path, { now: () => NOW + 2_000 }), NOWHERE);
    const { rows } = await app.send('inbox.list', { view: 'inbox', offset: 0, limit: 10 });
    expect(rows.map(({ conversation, own }) => [conversation, own.back])).toEqual([[id(1), true]]);
    await app.send('thread.open', { conversation: id(1), thread: 'all' });
    const { rows: opened } = await app.send('inbox.rows', { conversations: [id(1), id(2)] });
    expect(opened.map(({ own }) => [own.place, own.back])).toEqual([
      ['inbox', false],
      ['snoozed', false],
    ]);
    await app.close();
    folder.remove();
  });

  it('[INBOX-4] pinned ones stand first; a muted one counts nowhere, unless it was marked unread by hand', () => {
    const { store, say, mark, list } = bench();
    say(2, 2);
    mark(1, { mark: 'pin', on: true });
    mark(2, { mark: 'mute', on: true });
    expect([list('inbox')[0], list('unread'), unreadMessages(store)]).toEqual([1, [], 0]);
    mark(2, { mark: 'unread', on: true });
    mark(3, { mark: 'unread', on: true });
    expect([list('unread'), unreadMessages(store)]).toEqual([[3, 2], 2]);
    meetConversation({ store, me: ME, now: NOW }, id(3));
    expect(list('unread')).toEqual([2]);
  });

  it('[INBOX-4] every change can be taken back, to what stood there before', () => {
    const { store, mark, list } = bench();
    mark(1, { mark: 'snooze', until: NOW + 1_000 });
    const before = mark(1, { mark: 'archive', on: true });
    expect([list('snoozed'), list('archived')]).toEqual([[], [1]]);
    expect(restoreMarks({ store, me: ME, now: NOW }, before)).toEqual([id(1)]);
    expect([list('snoozed'), list('archived')]).toEqual([[1], []]);
  });

  it('[INBOX-2] narrows by status and label, with counts, and sorts by who waits longest', () => {
    const { store, say, list } = bench();
    store.transact(() => {
      const job = record().job;
      putConversation(store, record(id(2), { team, job: { ...job, status: 'completed' } }), ME);
    });
    queueTeamFact(store, id(3), { kind: 'label', name: 'Urgent', on: true }, NOW);
    queueTeamFact(store, id(3), { kind: 'resolve', on: true }, NOW);
    queueTeamFact(store, id(1), { kind: 'label', name: 'Urgent', on: true }, NOW);
    for (const n of [1, 2]) say(n, 2);
    say(2, 1);
    say(2, 3);
    say(2, 3);
    expect(list('everything', { status: 'completed' })).toEqual([2]);
    expect([list('inbox', { label: 'Urgent' }), list('everything', { label: 'Urgent' }).length]).toEqual([[1], 2]);
    expect(list('inbox', { sort: 'waiting' })).toEqual([1, 2]);
    say(1, 1);
    expect(list('inbox', { sort: 'waiting' })).toEqual([2, 1]);
    const { total, counts } = inboxCounts(store, { ...FIRST_CHOICE, view: 'everything', label: 'Urgent' }, ASKING);
    expect(total).toBe(2);
    expect(counts.views).toMatchObject({ inbox: 2, resolved: 1, unassigned: 2, mine: 0, everything: 3, unread: 2 });
    expect(counts.statuses).toMatchObject({ open: 2, completed: 0 });
    expect(counts.labels).toEqual([{ name: 'Urgent', count: 2 }]);
    const { counts: others } = inboxCounts(store, FIRST_CHOICE, { me: ME, isStaff: false });
    expect(others.views).toMatchObject({ unassigned: 0, resolved: 0, everything: 3 });
  });

  it('[SYNC-ME] the later of two entries holds, whichever comes first, and an own one that isn’t is not sent', () => {
    const { store } = bench();
    const key = muteKey(id(1));
    writeOwn(store, key, true, NOW);
    const replica = loadOwnReplica(store);
    const other = new Y.Doc();
    const commit = (value: unknown, at: number): void => {
      const before = Y.encodeStateVector(other);
      other.getMap(ME_ROOT).set(key, { value, at });
      replica.take(Y.encodeStateAsUpdate(other, before), () => undefined);
    };
    commit(null, NOW - 1);
    expect([readOwn(store, key)?.value, waitingOwn(store).length]).toEqual([true, 1]);
    commit({ until: NOW + 5 }, NOW + 1);
    expect([readOwn(store, key)?.value, waitingOwn(store).length]).toEqual([{ until: NOW + 5 }, 0]);
    // By a clock that is behind: what is written after it was seen still comes after it.
    writeOwn(store, key, null, NOW - 10_000);
    expect(readOwn(store, key)).toEqual({ value: null, at: NOW + 2 });
  });

  it('[SYNC-ME] takes other things under their keys, and nothing that the server would not take', () => {
    const { store } = bench();
    writeOwn(store, `draft/${id(1)}/all`, { text: 'half a thought' }, NOW);
    expect(readOwn(store, `draft/${id(1)}/all`)?.value).toEqual({ text: 'half a thought' });
    for (const [key, value] of [
      ['other/x', true],
      ['draft/x', 'x'.repeat(21_000)],
    ] as const) {
      expect(() => writeOwn(store, key, value, NOW)).toThrow('can’t be kept');
    }
    expect(waitingOwn(store).map(({ key }) => key)).toEqual([`draft/${id(1)}/all`]);
    expect([markedBy(`pin/${id(1)}`), markedBy(`draft/${id(1)}/all`)]).toEqual([id(1), null]);
  });

  it('[SYNC-PROJECT] its rows are made anew from its document; what waits to be sent stays', () => {
    const { store, mark, list } = bench();
    const other = new Y.Doc();
    other.getMap(ME_ROOT).set(`archive/${id(1)}`, { value: { seen: { all: 0, team: 0 } }, at: NOW });
    other.getMap(ME_ROOT).set(`pin/${id(2)}`, { value: 'nonsense', at: NOW });
    loadOwnReplica(store).take(Y.encodeStateAsUpdate(other), () => undefined);
    mark(3, { mark: 'pin', on: true });
    store.run(`DELETE FROM own_values`);
    store.run(`UPDATE conversations SET place = 'snoozed', pinned = 0`);
    rebuild(store, SELF);
    expect([list('archived'), list('inbox'), list('snoozed')]).toEqual([[1], [3, 2], []]);
    expect([readMarks(store, id(2)).pin, readMarks(store, id(3)).pin]).toEqual([null, true]);
  });

  it('[NOTIFY-4] a mute is read as it was written, by whichever program', () => {
    const read = [true, { until: 5 }, { value: true, at: 1 }, { value: { until: 5 }, at: 1 }].map((value) => isMutedBy(value, 4));
    expect(read).toEqual([true, true, true, true]);
    const not = [undefined, false, { until: 4 }, { value: null, at: 1 }, { value: { until: 4 }, at: 1 }];
    expect(not.map((value) => isMutedBy(value, 4))).toEqual([false, false, false, false, false]);
  });
});
