import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import { layOut, renderApp } from '../testing/render.tsx';

layOut();

async function openSettings(capabilities: object = {}) {
  const { app, core } = await renderApp();
  await screen.findByRole('button', { name: /account and settings$/ });
  act(() => app.session.setState((state) => ({ capabilities: { ...state.capabilities, ...capabilities } })));
  act(() => core.emit('menu', { command: 'settings' }));
  return { app, core, dialog: await screen.findByRole('dialog', { name: 'Settings' }) };
}

describe('the app on the desktop', () => {
  it('[DESK-4] shows what the host can, and nothing that it can’t', async () => {
    const { dialog } = await openSettings();
    expect(within(dialog).queryByText('This app on the desktop')).toBeNull();
  });

  it('[DESK-4] starts at login, goes on in the tray and checks spelling where one wants it', async () => {
    const { core, dialog } = await openSettings({ tray: true, startAtLogin: true, spellCheck: 'fetched' });
    const tick = (name: string) => within(dialog).findByRole<HTMLInputElement>('checkbox', { name });
    const login = await tick('Start when I sign in to this computer');
    await waitFor(() => expect(login.disabled).toBe(false));
    fireEvent.click(login);
    await waitFor(() => expect(login.checked).toBe(true));
    fireEvent.click(await tick('Go on when the window is closed'));
    expect(within(dialog).getByText(/fetched once, from Google’s server/)).toBeTruthy();
    fireEvent.click(await tick('Check spelling'));
    await waitFor(() => expect(core.calls.filter(({ command }) => command === 'settings.set')).toHaveLength(2));
  });

  it('[NOTIFY-1] notifications are paused for a while, and go on again', async () => {
    const { core, dialog } = await openSettings();
    fireEvent.click(within(dialog).getByRole('tab', { name: 'Notifications' }));
    fireEvent.click(within(dialog).getByRole('button', { name: 'For 1 hour' }));
    expect(await within(dialog).findByText(/^Paused until/)).toBeTruthy();
    fireEvent.click(within(dialog).getByRole('button', { name: 'Go on now' }));
    expect(await within(dialog).findByText('Pause notifications')).toBeTruthy();
    expect(core.calls.findLast(({ command }) => command === 'settings.set')?.input).toEqual({ pausedUntil: null });
  });

  it('[NOTIFY-3] says in words that the system refused to show one', async () => {
    const { core, dialog } = await openSettings({ notifications: 'host' });
    fireEvent.click(within(dialog).getByRole('tab', { name: 'Notifications' }));
    fireEvent.click(within(dialog).getByRole('button', { name: 'Show one now' }));
    act(() => core.emit('notify.refused', { reason: 'UNErrorDomain 1' }));
    expect((await within(dialog).findByRole('alert')).textContent).toContain('UNErrorDomain 1');
  });
});
