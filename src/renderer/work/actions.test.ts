import { expect, it, vi } from 'vitest';

import { createConnection } from '../connect.ts';
import { createWords } from '../i18n.ts';
import { createApp } from '../state/app.ts';
import { PAGE } from '../state/inbox-store.ts';
import { FakeCore, SESSION } from '../testing/fake-core.ts';
import { assignToMe, known, undoLast } from './actions.ts';

it('[INBOX-4] what the list has not loaded is changed too, and goes back to whoever had it', async () => {
  const core = new FakeCore({ conversations: 120 });
  const app = createApp(createConnection({ open: () => Promise.resolve(core.open()), again: true }));
  app.session.setState({ phase: { kind: 'signed-in', session: SESSION } });
  await vi.waitFor(() => {
    app.inbox.getState().refresh();
    expect(app.inbox.getState().pages.get(0)).toHaveLength(PAGE);
  });
  await app.inbox.getState().pickAll();
  const ids = [...app.inbox.getState().picked.ids];
  // One is snoozed, and not in the inbox.
  expect(ids).toHaveLength(119);
  const assignees = (): (string | undefined)[] => ids.map((id) => core.conversation(id).view.team?.assignee?.id);
  const before = assignees();
  expect(known(app, 'c101')).toBeNull();
  expect(before[ids.indexOf('c101')]).toBe('staff-2');
  await assignToMe(app, createWords('en').t, ids);
  expect(new Set(assignees())).toEqual(new Set(['me']));
  expect(app.work.getState().done?.text).toBe('119 conversations assigned to Ana Reyes');
  expect(undoLast(app)).toBe(true);
  await vi.waitFor(() => expect(assignees()).toEqual(before));
});
