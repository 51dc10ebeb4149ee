import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Conversation } from '#shared/api/conversations.ts';
import type { Fact } from '#shared/facts.ts';
import { LIMITS } from '#shared/limits.ts';

import { discardMessage, queueMessage, queueTeamFact, retryMessage, type TeamFact } from '../outgoing.ts';
import { applyWhole, noChanges } from '../projection/apply.ts';
import { rebuild } from '../projection/rebuild.ts';
import { account, CONVERSATION, createThreadLog, ME, message, NOW, record, session } from '../testing/fake-server.ts';
import { temporaryFolder } from '../testing/test-platform.ts';
import { queueItems } from '../views/queue-view.ts';
import { putConversation, putPerson, refreshConversation } from './conversations.ts';
import { openStore, type Store } from './database.ts';
import { goneFiles } from './file-rows.ts';
import { markNotSent, outboxCounts } from './outbox.ts';
import { writeSession } from './session.ts';
import { assignable, putColleagues, readTeam } from './team-rows.ts';

const SELF = { account: ME, clientId: 1_000 };
const TEAM = { conversation: CONVERSATION, thread: 'team' } as const;
const [BEN, CLEO] = [account(5), account(2)];
const BEN_SAYS = 2_005;

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
let log: ReturnType<typeof createThreadLog>;

beforeEach(() => {
  folder = temporaryFolder();
  store = openStore(folder.path);
  log = createThreadLog(`${CONVERSATION}/team/1`);
  store.transact(() => {
    writeSession(store, session());
    putPerson(store, BEN, 'Ben Cruz', 'staff');
    putColleagues(store, [ME, BEN]);
    put({});
  });
});
afterEach(() => {
  store.close();
  folder.remove();
});

const nothing = { lastSeq: 0, assignee: null, labels: [], resolved: null };
function put(team: Partial<NonNullable<Conversation['team']>> | null): { notesGone: boolean } {
  return store.transact(() => putConversation(store, record(CONVERSATION, { team: team && { ...nothing, ...team } }), ME));
}

function apply(fact: Fact): void {
  const { document, bytes } = log.add(BEN, BEN_SAYS, fact);
  store.transact(() => {
    applyWhole(store, SELF, document, bytes, noChanges());
    refreshConversation(store, CONVERSATION, ME);
  });
}

const say = (fact: TeamFact): string => queueTeamFact(store, CONVERSATION, fact, NOW);
const team = (): unknown => readTeam(store, CONVERSATION);

describe('how a conversation stands for the team', () => {
  it('[INBOX-4] is what the record says, then the notes behind it, then what waits here', () => {
    const by = { account: BEN, name: 'Ben Cruz' };
    put({ lastSeq: 0, labels: [{ name: 'VIP', by, at: new Date(NOW).toISOString() }] });
    apply({ kind: 'assign', to: BEN });
    apply({ kind: 'resolve', on: true });
    apply({ kind: 'label', name: 'Deposit paid', on: true });
    expect(team()).toEqual({
      assignee: BEN,
      labels: ['Deposit paid', 'VIP'],
      resolved: { by: BEN, at: NOW + 2_000 },
      waiting: false,
    });
    say({ kind: 'label', name: 'VIP', on: false });
    say({ kind: 'assign', to: ME });
    expect(team()).toMatchObject({ assignee: ME, labels: ['Deposit paid'], waiting: true });
    expect(rebuild(store, SELF)).toMatchObject({ threads: 0 });
    expect(team()).toMatchObject({ assignee: ME, labels: ['Deposit paid'], waiting: true });
  });

  it('[TEAM-3] a record that knows of more than the notes here is right: somebody from outside wrote', () => {
    apply({ kind: 'resolve', on: true });
    expect(team()).toMatchObject({ resolved: { by: BEN } });
    put({ lastSeq: 1 });
    expect(team()).toMatchObject({ resolved: null });
  });

  it('[TEAM-1] is assigned to colleagues alone, and labelled so often alone', () => {
    const here = record(CONVERSATION, {
      team: nothing,
      participants: [{ account: BEN, name: 'Ben Cruz', role: 'staff', left: true }],
    });
    expect(assignable(store, record()).map(({ id }) => id)).toEqual([ME, BEN]);
    expect(assignable(store, here).map(({ id }) => id)).toEqual([ME]);
    expect(() => say({ kind: 'assign', to: CLEO })).toThrow(expect.objectContaining({ code: 'bad-request' }) as Error);
    for (let index = 0; index < LIMITS.labels; index++) say({ kind: 'label', name: `label ${index}`, on: true });
    expect(() => say({ kind: 'label', name: 'one more', on: true })).toThrow(
      expect.objectContaining({ code: 'conflict' }) as Error,
    );
    say({ kind: 'label', name: 'label 0', on: true });
  });

  it('[SYNC-2] what the server refused stands in the queue, can be tried again and dropped, and doesn’t count', () => {
    const key = say({ kind: 'assign', to: BEN });
    store.transact(() => {
      markNotSent(store, [key], 'mention');
      refreshConversation(store, CONVERSATION, ME);
    });
    expect(team()).toMatchObject({ assignee: null, waiting: false });
    const queue = queueItems({ store, me: ME, sending: () => false, typing: () => [] });
    expect(queue).toEqual([
      expect.objectContaining({ key, work: { kind: 'assign', to: 'Ben Cruz' }, state: { kind: 'not-sent', rule: 'mention' } }),
    ]);
    retryMessage(store, key, undefined, NOW);
    expect(team()).toMatchObject({ assignee: BEN, waiting: true });
    discardMessage(store, key);
    expect(team()).toMatchObject({ assignee: null, waiting: false });
    expect(outboxCounts(store)).toMatchObject({ queued: 0, notSent: 0 });
  });
});

describe('notes that are not ours any more', () => {
  const file = { id: '01934b7e-0000-7000-8000-000000000001', name: 'key.jpg', type: 'image/jpeg', bytes: 3 };

  it('[SYNC-6] leave nothing here: words, notes, queue, drafts, replica, files', () => {
    apply(message('Quetzalfeather', { attachments: [file] }));
    apply({ kind: 'assign', to: BEN });
    queueMessage(store, TEAM, { text: 'Ocelotgrey', mentions: [], attachments: [] }, NOW);
    expect(put({}).notesGone).toBe(false);
    expect(put(null).notesGone).toBe(true);
    for (const table of ['items', 'facts', 'outbox', 'documents', 'replica_updates', 'item_words']) {
      expect(store.all(`SELECT 1 FROM ${table}`), table).toHaveLength(table === 'documents' ? 1 : 0);
    }
    expect(goneFiles(store)).toEqual([file.id]);
    expect(team()).toBeNull();
    expect(put(null).notesGone).toBe(false);
  });

  it('[SYNC-6] are not written again by what was on its way, nor by hand', () => {
    put(null);
    apply(message('late'));
    expect(store.all(`SELECT 1 FROM items`)).toEqual([]);
    expect(() => say({ kind: 'resolve', on: true })).toThrow(expect.objectContaining({ code: 'forbidden' }) as Error);
    expect(() => queueMessage(store, TEAM, { text: 'x', mentions: [], attachments: [] }, NOW)).toThrow(
      expect.objectContaining({ code: 'forbidden' }) as Error,
    );
  });
});
