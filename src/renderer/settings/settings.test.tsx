import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import { layOut, renderApp } from '../testing/render.tsx';

layOut();

type Core = Awaited<ReturnType<typeof renderApp>>['core'];
const sentBy = (core: Core, command: string): unknown[] =>
  core.calls.filter((call) => call.command === command).map(({ input }) => input);

async function openSettings(part = 'General'): Promise<{ dialog: HTMLElement; core: Core }> {
  const { core } = await renderApp();
  await screen.findByRole('button', { name: /account and settings$/ });
  fireEvent.keyDown(window, { key: ',', ctrlKey: true });
  const dialog = await screen.findByRole('dialog', { name: 'Settings' });
  fireEvent.click(within(dialog).getByRole('tab', { name: part }));
  return { dialog, core };
}

it('[DESK-4] quiet hours are chosen, changed and taken off', async () => {
  const { dialog, core } = await openSettings('Notifications');
  const quiet = within(dialog).getByRole('checkbox', { name: 'Quiet hours' });
  fireEvent.click(quiet);
  fireEvent.change(await within(dialog).findByLabelText('From'), { target: { value: '21:30' } });
  await waitFor(() => expect(sentBy(core, 'settings.set').at(-1)).toEqual({ quietHours: { from: '21:30', to: '08:00' } }));
  fireEvent.click(quiet);
  await waitFor(() => expect(sentBy(core, 'settings.set').at(-1)).toEqual({ quietHours: null }));
});

it('[DESK-4] another device can be signed out, and this one can’t be from here', async () => {
  const { dialog, core } = await openSettings('Where you are signed in');
  const end = await within(dialog).findByRole('button', { name: 'Sign out Old laptop' });
  expect(within(dialog).queryByRole('button', { name: 'Sign out Office computer' })).toBeNull();
  fireEvent.click(end);
  expect(sentBy(core, 'account.endDevice')).toEqual([]);
  // What is there goes with it, unless one says otherwise.
  const asked = within(dialog).getByRole('group', { name: 'Sign out Old laptop' });
  const wipe = within(asked).getByRole<HTMLInputElement>('checkbox', { name: 'Also remove what is kept there' });
  expect(wipe.checked).toBe(true);
  fireEvent.click(wipe);
  expect(within(asked).getByRole('button', { name: 'Sign out' })).toBeTruthy();
  fireEvent.click(wipe);
  fireEvent.click(within(asked).getByRole('button', { name: 'Sign out and remove' }));
  await waitFor(() => expect(sentBy(core, 'account.endDevice')).toEqual([{ id: expect.any(String), wipe: true }]));
  await waitFor(() => expect(within(dialog).queryByText('Old laptop')).toBeNull());
});

it('[DESK-4] a password that is not right is said where it was typed, and nothing is lost', async () => {
  const { dialog } = await openSettings('Password');
  fireEvent.click(within(dialog).getByRole('button', { name: 'Change password' }));
  const current = within(dialog).getByLabelText('Present password');
  fireEvent.change(current, { target: { value: 'wrong' } });
  fireEvent.change(within(dialog).getByLabelText('New password'), { target: { value: 'a fresh long phrase' } });
  fireEvent.click(within(dialog).getByRole('button', { name: 'Change password' }));
  expect((await within(dialog).findByRole('alert')).textContent).toBe('The present password is not right.');
  fireEvent.change(current, { target: { value: 'right' } });
  fireEvent.click(within(dialog).getByRole('button', { name: 'Change password' }));
  expect(await within(dialog).findByRole('status')).toBeTruthy();
});

it('[DESK-4] opened files are removed, and support is given what it needs', async () => {
  const { dialog } = await openSettings('On this computer');
  expect(await within(dialog).findByText('12 files that you opened')).toBeTruthy();
  fireEvent.click(within(dialog).getByRole('button', { name: 'Remove' }));
  expect(await within(dialog).findByText('0 files that you opened')).toBeTruthy();
  fireEvent.click(within(dialog).getByRole('tab', { name: 'About' }));
  fireEvent.click(within(dialog).getAllByRole('button', { name: 'Show' }).at(-1)!);
  expect(await within(dialog).findByDisplayValue(/Connection: online/)).toBeTruthy();
  const written = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
  fireEvent.click(within(dialog).getByRole('button', { name: 'Copy' }));
  expect(await within(dialog).findByRole('button', { name: 'Copied' })).toBeTruthy();
  expect(written).toHaveBeenCalledWith(expect.stringContaining('Connection: online'));
});

it('[DESK-4] the parts are gone through by the arrow keys, and what was begun in one stays while another is looked at', async () => {
  const { dialog } = await openSettings('Password');
  fireEvent.click(within(dialog).getByRole('button', { name: 'Change password' }));
  fireEvent.change(within(dialog).getByLabelText('Present password'), { target: { value: 'half ty' } });
  const password = within(dialog).getByRole('tab', { name: 'Password' });
  act(() => password.focus());
  fireEvent.keyDown(password, { key: 'ArrowUp' });
  const devices = within(dialog).getByRole('tab', { name: 'Where you are signed in' });
  await waitFor(() => expect(devices.getAttribute('aria-selected')).toBe('true'));
  expect(document.activeElement).toBe(devices);
  expect(within(dialog).getByRole('tabpanel', { name: 'Where you are signed in' })).toBeTruthy();
  expect(within(dialog).queryByLabelText('Present password')?.closest('[hidden]')).toBeTruthy();
  fireEvent.keyDown(devices, { key: 'ArrowDown' });
  await waitFor(() => expect(password.getAttribute('aria-selected')).toBe('true'));
  expect(within(dialog).getByLabelText<HTMLInputElement>('Present password').value).toBe('half ty');
});

it('[DESK-4] in a narrow window the parts are chosen above what they hold', async () => {
  vi.spyOn(window, 'matchMedia').mockImplementation((query) => {
    const media = new EventTarget();
    return Object.assign(media, { matches: query === '(width < 760px)', media: query }) as MediaQueryList;
  });
  await renderApp();
  await screen.findByRole('button', { name: /account and settings$/ });
  fireEvent.keyDown(window, { key: ',', ctrlKey: true });
  const dialog = await screen.findByRole('dialog', { name: 'Settings' });
  expect(within(dialog).queryByRole('tab')).toBeNull();
  expect(within(dialog).getByRole('checkbox', { name: 'Undo send for 5 seconds' })).toBeTruthy();
  fireEvent.change(within(dialog).getByRole('combobox', { name: 'Parts of the settings' }), { target: { value: 'storage' } });
  expect(await within(dialog).findByText('12 files that you opened')).toBeTruthy();
});

it('[DESK-4] what is opened from a part leads back to it', async () => {
  const { dialog } = await openSettings('About');
  fireEvent.click(within(dialog).getAllByRole('button', { name: 'Show' })[0]!);
  const policies = await screen.findByRole('dialog', { name: 'Set by your organisation' });
  fireEvent.click(within(policies).getByRole('button', { name: 'Close' }));
  const again = await screen.findByRole('dialog', { name: 'Settings' });
  expect(within(again).getByRole('tab', { name: 'About' }).getAttribute('aria-selected')).toBe('true');
});
