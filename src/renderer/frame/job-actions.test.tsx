import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import type { JobStatus } from '#shared/documents.ts';
import { AppError } from '#shared/errors.ts';
import type { Role } from '#shared/roles.ts';

import { SESSION } from '../testing/fake-core.ts';
import { layOut, renderApp } from '../testing/render.tsx';

layOut();

type Core = Awaited<ReturnType<typeof renderApp>>['core'];

/** The job panel of a conversation in this state, for somebody of this role. */
async function panel(status: JobStatus, role: Role = 'staff'): Promise<{ core: Core; group: () => HTMLElement }> {
  const { core, app } = await renderApp();
  const { view } = core.conversation('c0');
  view.job.status = status;
  view.participants = view.participants.map((one) => (one.account === SESSION.account.id ? { ...one, role } : one));
  fireEvent.click((await screen.findAllByRole('option'))[0]!);
  await screen.findByRole('textbox', { name: /^Message to/ });
  act(() => core.emit('session', { session: { ...SESSION, account: { ...SESSION.account, role } } }));
  await waitFor(() => expect(app.session.getState().phase).toMatchObject({ session: { account: { role } } }));
  if (!app.ui.getState().jobPanel) act(() => app.ui.getState().toggleJobPanel());
  await screen.findByRole('region', { name: 'Job details' });
  return { core, group: () => screen.getByRole('group', { name: 'What you can do' }) };
}
const done = (core: Core): unknown[] => core.calls.filter(({ command }) => command === 'job.act').map(({ input }) => input);
const words = (group: HTMLElement): string[] =>
  within(group)
    .getAllByRole('button')
    .map((one) => one.textContent);

describe('actions of the job panel', () => {
  it.each<[Role, JobStatus, string[]]>([
    ['staff', 'scheduled', ['Start job', 'Cancel job']],
    ['staff', 'in-progress', ['Mark complete', 'Cancel job']],
    ['owner', 'completed', ['Reopen job']],
    ['worker', 'in-progress', ['Mark complete']],
    ['employee', 'in-progress', ['Mark complete']],
    ['client', 'completed', ['Approve completion']],
  ])('[THREAD-8] offers a %s what they may do to a job that is %s', async (role, status, expected) => {
    const { group } = await panel(status, role);
    expect(words(group())).toEqual(expected);
  });

  it.each<[Role, JobStatus]>([
    ['client', 'in-progress'],
    ['staff', 'approved'],
    ['worker', 'completed'],
    ['staff', 'disputed'],
  ])('[THREAD-8] offers a %s nothing for a job that is %s', async (role, status) => {
    await panel(status, role);
    expect(screen.queryByRole('group', { name: 'What you can do' })).toBeNull();
  });

  it('[THREAD-8] marks complete at once, and shows what may be done then', async () => {
    const { core, group } = await panel('in-progress');
    fireEvent.click(screen.getByRole('button', { name: 'Mark complete' }));
    await waitFor(() => expect(words(group())).toEqual(['Reopen job']));
    expect(done(core)).toEqual([{ conversation: 'c0', action: 'complete' }]);
  });

  it('[THREAD-8] asks before what can’t be taken back', async () => {
    const { core } = await panel('completed', 'client');
    fireEvent.click(screen.getByRole('button', { name: 'Approve completion' }));
    const first = await screen.findByRole('alertdialog', { name: 'Approve the completion?' });
    fireEvent.click(within(first).getByRole('button', { name: 'Go back' }));
    await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
    expect(done(core)).toEqual([]);
    fireEvent.click(screen.getByRole('button', { name: 'Approve completion' }));
    const again = await screen.findByRole('alertdialog');
    fireEvent.click(within(again).getByRole('button', { name: 'Approve completion' }));
    await waitFor(() => expect(done(core)).toEqual([{ conversation: 'c0', action: 'approve' }]));
  });

  it('[THREAD-8] is not to be had offline, and says why', async () => {
    const { core, group } = await panel('in-progress');
    act(() => core.emit('status', { ...core.status, connection: { kind: 'offline', since: Date.now() } }));
    expect(await within(group()).findByText(/You are offline/)).toBeTruthy();
    for (const one of within(group()).getAllByRole<HTMLButtonElement>('button')) {
      expect(one.disabled).toBe(true);
      expect(document.getElementById(one.getAttribute('aria-describedby')!)?.textContent).toContain('You are offline');
    }
  });

  it('[THREAD-8] says in words what the server refused', async () => {
    const { core } = await panel('in-progress');
    core.failures.set('job.act', new AppError('conflict', 'The job was cancelled, so it cannot be marked complete now.'));
    fireEvent.click(screen.getByRole('button', { name: 'Mark complete' }));
    expect((await screen.findByRole('alert')).textContent).toBe(
      'Not done: The job was cancelled, so it cannot be marked complete now.',
    );
  });
});
