import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { NO_POLICIES, type PoliciesView, type PolicyName } from '#shared/policies.ts';

import { createExportHandlers } from './export-handlers.ts';
import type { Exports } from './export/exports.ts';
import { putConversation } from './storage/conversations.ts';
import { openStore, type Store } from './storage/database.ts';
import { readSettings, writeSession } from './storage/session.ts';
import { CONVERSATION, ME, record, session } from './testing/fake-server.ts';
import { temporaryFolder } from './testing/test-platform.ts';

const folder = temporaryFolder();
let store: Store;
beforeAll(() => {
  store = openStore(folder.path);
  store.transact(() => {
    writeSession(store, session());
    putConversation(store, record(), ME);
  });
});
afterAll(() => {
  store.close();
  folder.remove();
});

function settled(name: PolicyName, value: boolean, level: 'enforced' | 'default' = 'enforced'): PoliciesView {
  const set = { value, level, where: 'here' };
  return { ...NO_POLICIES, entries: NO_POLICIES.entries.map((entry) => (entry.name === name ? { ...entry, set } : entry)) };
}

function handlers(policies = NO_POLICIES) {
  const started: unknown[] = [];
  const exports = { start: (...args: unknown[]) => (started.push(args), 'id') } as unknown as Exports;
  return { started, ...createExportHandlers({ exports, store, policies, context: () => ({}) as never }) };
}

describe('who may have a conversation as a file', () => {
  it('[THREAD-11] whoever reads it; the notes are for those who may read them', () => {
    const { started, ...may } = handlers();
    const all = { conversation: CONVERSATION, thread: 'all', format: 'pdf' } as const;
    expect(may['export.start'](all)).toEqual({ id: 'id' });
    expect(started).toEqual([[{ conversation: CONVERSATION, thread: 'all' }, 'pdf']]);
    expect(() => may['export.start']({ ...all, thread: 'team' })).toThrow('Only the agency’s staff');
  });

  it('[THREAD-11] nobody where files are turned off', () => {
    const { started, ...may } = handlers(settled('AttachmentsEnabled', false));
    expect(() => may['export.start']({ conversation: CONVERSATION, thread: 'all', format: 'json' })).toThrow('turned files off');
    expect(started).toEqual([]);
  });
});

describe('settings', () => {
  it('[IT-2] start as is usual on the system, then as the organisation says, and are held to what it enforces', () => {
    const usual = { spellCheck: true, closeToTray: true };
    expect(readSettings(store)).toMatchObject({ spellCheck: false, closeToTray: false, notificationText: true });
    expect(readSettings(store, NO_POLICIES, usual)).toMatchObject(usual);
    expect(readSettings(store, settled('SpellCheck', false, 'default'), usual)).toMatchObject({ spellCheck: false });
    expect(readSettings(store, settled('SpellCheck', true))).toMatchObject({ spellCheck: true });
    expect(readSettings(store, settled('NotificationText', false))).toMatchObject({ notificationText: false });
  });
});
