import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import { AppError } from '#shared/errors.ts';
import type { Role } from '#shared/roles.ts';

import { layOut, renderApp } from '../testing/render.tsx';

layOut();

type Core = Awaited<ReturnType<typeof renderApp>>['core'];
const sentBy = (core: Core, command: string): unknown[] =>
  core.calls.filter((call) => call.command === command).map(({ input }) => input);

async function settingsOf(role: Role): Promise<{ dialog: HTMLElement; core: Core }> {
  const { app, core } = await renderApp();
  await screen.findByRole('button', { name: /account and settings$/ });
  act(() =>
    app.session.setState(({ phase }) => {
      if (phase.kind !== 'signed-in') throw new Error('nobody is signed in');
      const { session } = phase;
      return { phase: { kind: 'signed-in', session: { ...session, account: { ...session.account, role } } } };
    }),
  );
  act(() => app.ui.getState().openSettings('people'));
  return { dialog: await screen.findByRole('dialog', { name: 'Settings' }), core };
}

it('[DESK-4] an owner changes roles, shuts somebody out after being asked, and lets them in again; nobody does it to themselves', async () => {
  const { dialog, core } = await settingsOf('owner');
  const people = await within(dialog).findByRole('list', { name: 'People of your agency' });
  expect(await within(people).findByText('ben@harbor.example')).toBeTruthy();
  fireEvent.change(await within(people).findByLabelText('Role of Ben Cruz'), { target: { value: 'employee' } });
  await waitFor(() => expect(sentBy(core, 'people.change')).toEqual([{ id: 'ben', role: 'employee' }]));
  await waitFor(() => expect(within(people).getByLabelText<HTMLSelectElement>('Role of Ben Cruz').value).toBe('employee'));
  expect(within(people).getByLabelText<HTMLSelectElement>('Role of Ana Reyes').disabled).toBe(true);
  expect(within(people).queryByRole('button', { name: 'Shut out Ana Reyes' })).toBeNull();

  fireEvent.click(within(people).getByRole('button', { name: 'Shut out Ben Cruz' }));
  expect(sentBy(core, 'people.change')).toHaveLength(1);
  const asked = within(people).getByRole('group', { name: 'Shut out Ben Cruz' });
  expect(asked.textContent).toContain('what Trialogue keeps on their computers is removed');
  fireEvent.click(within(asked).getByRole('button', { name: 'Shut out' }));
  await waitFor(() => expect(sentBy(core, 'people.change').at(-1)).toEqual({ id: 'ben', disabled: true }));
  fireEvent.click(await within(people).findByRole('button', { name: 'Let Ben Cruz in again' }));
  await waitFor(() => expect(sentBy(core, 'people.change').at(-1)).toEqual({ id: 'ben', disabled: false }));
});

it('[DESK-4] an owner makes an invitation, whose link is shown to be sent, and withdraws one', async () => {
  const { dialog, core } = await settingsOf('owner');
  fireEvent.click(await within(dialog).findByRole('button', { name: 'Withdraw the invitation of eva@harbor.example' }));
  await waitFor(() => expect(sentBy(core, 'people.withdraw')).toEqual([{ id: 'i1' }]));
  fireEvent.click(await within(dialog).findByRole('button', { name: 'Invite somebody…' }));
  const form = within(dialog).getByRole('form', { name: 'Invite somebody…' });
  fireEvent.change(within(form).getByLabelText('E-mail address'), { target: { value: ' finn@harbor.example ' } });
  fireEvent.change(within(form).getByLabelText('Role'), { target: { value: 'owner' } });
  core.failures.set('people.invite', new AppError('conflict', 'There is an account with this address.'));
  fireEvent.click(within(form).getByRole('button', { name: 'Make the link' }));
  expect((await within(form).findByRole('alert')).textContent).toContain('account with this address');
  fireEvent.click(within(form).getByRole('button', { name: 'Make the link' }));
  const link = await within(dialog).findByLabelText<HTMLInputElement>('Link for finn@harbor.example');
  expect(link.value).toContain('/account#invitation=');
  expect(sentBy(core, 'people.invite').at(-1)).toEqual({ email: 'finn@harbor.example', name: null, role: 'owner' });
  const written = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
  fireEvent.click(within(dialog).getByRole('button', { name: 'Copy' }));
  expect(await within(dialog).findByRole('button', { name: 'Copied' })).toBeTruthy();
  expect(written).toHaveBeenCalledWith(link.value);
  expect(await within(dialog).findByRole('button', { name: 'Withdraw the invitation of finn@harbor.example' })).toBeTruthy();
});

it('[DESK-4] who isn’t an owner is not shown the people, and nothing is asked for', async () => {
  const { dialog, core } = await settingsOf('staff');
  expect(within(dialog).queryByText('People of your agency')).toBeNull();
  expect(sentBy(core, 'people.list')).toEqual([]);
});
