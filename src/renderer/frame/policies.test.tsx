import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import { NO_POLICIES, POLICIES, POLICY_NAMES, type PoliciesView, type PolicyName } from '#shared/policies.ts';

import english from '../locales/en.json' with { type: 'json' };
import { layOut, renderApp } from '../testing/render.tsx';

layOut();

const settled = (
  name: PolicyName,
  value: string | number | boolean,
  level: 'enforced' | 'default' = 'enforced',
): PoliciesView => ({
  entries: NO_POLICIES.entries.map((entry) =>
    entry.name === name ? { name, set: { value, level, where: 'HKLM\\Trialogue' } } : entry,
  ),
  problems: [],
});

function textChoice(): HTMLInputElement {
  return screen.getByRole('checkbox', { name: 'Names and text in notifications' });
}

function openableFiles(): number {
  return document.querySelectorAll('[data-testid=message] :is(a[download], .photo)').length;
}

async function openMenu(): Promise<HTMLElement> {
  fireEvent.click(await screen.findByRole('button', { name: /account and settings$/ }));
  return screen.findByRole('menu');
}

describe('policies', () => {
  it('[IT-2] the page shows each value and where it comes from, and what is wrong', async () => {
    const { app } = await renderApp();
    const policies = settled('CacheDays', 30);
    act(() =>
      app.session.setState({
        policies: { ...policies, problems: [{ where: '/etc/x.json', name: 'ServerAddress', message: 'is no address' }] },
      }),
    );
    fireEvent.click(within(await openMenu()).getByRole('menuitem', { name: 'Set by your organisation…' }));
    const page = await screen.findByRole('dialog', { name: 'Set by your organisation' });
    expect(within(page).getByTestId('policy-CacheDays').textContent).toBe(
      'Days to keep conversations on the computer30 daysEnforced · HKLM\\Trialogue',
    );
    expect(within(page).getByTestId('policy-AttachmentsEnabled').textContent).toContain('Not set. Files are allowed.');
    expect(within(page).getByRole('region', { name: 'Not understood' }).textContent).toContain(
      'ServerAddress is no address/etc/x.json',
    );
  });

  it('[IT-2] an enforced server address can’t be typed over, a default can', async () => {
    const { app, core } = await renderApp({ signedIn: false });
    const field = await screen.findByLabelText<HTMLInputElement>('Server address');
    expect(field.readOnly).toBe(false);
    act(() => app.session.setState({ policies: settled('ServerAddress', 'https://sync.harbor.example', 'default') }));
    expect(field.readOnly).toBe(false);
    act(() => app.session.setState({ policies: settled('ServerAddress', 'https://sync.harbor.example') }));
    expect(field.readOnly).toBe(true);
    expect(screen.getByText('Set by your organisation.')).toBeTruthy();
    fireEvent.change(screen.getByLabelText('E-mail address'), { target: { value: 'ana@harbor.example' } });
    fireEvent.change(screen.getByLabelText('Password'), { target: { value: 'right' } });
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(core.calls).toContainEqual(expect.objectContaining({ command: 'session.signIn' })));
    expect(core.calls.find(({ command }) => command === 'session.signIn')?.input).toMatchObject({
      server: 'https://sync.harbor.example',
    });
  });

  it('[IT-2] who isn’t signed in reaches the page where anything is settled, or wrong', async () => {
    const { app } = await renderApp({ signedIn: false });
    await screen.findByRole('button', { name: 'Sign in' });
    expect(screen.queryByRole('button', { name: 'Set by your organisation…' })).toBeNull();
    act(() =>
      app.session.setState({ policies: { ...NO_POLICIES, problems: [{ where: 'a', name: null, message: 'is no JSON' }] } }),
    );
    fireEvent.click(screen.getByRole('button', { name: 'Set by your organisation…' }));
    expect((await screen.findByRole('dialog', { name: 'Set by your organisation' })).textContent).toContain('a is no JSON');
  });

  it('[IT-2] a person chooses whether notifications show text, unless that is enforced', async () => {
    const { app, core } = await renderApp();
    fireEvent.click(within(await openMenu()).getByRole('menuitem', { name: /^Settings…/ }));
    await screen.findByRole('dialog', { name: 'Settings' });
    fireEvent.click(screen.getByRole('tab', { name: 'Notifications' }));
    fireEvent.click(textChoice());
    await waitFor(() => expect(core.calls).toContainEqual({ command: 'settings.set', input: { notificationText: false } }));
    expect(textChoice().checked).toBe(false);
    act(() => app.session.setState({ policies: settled('NotificationText', false) }));
    expect(textChoice().disabled).toBe(true);
    expect(screen.getByText('Set by your organisation.')).toBeTruthy();
  });

  it('[IT-2] where files are turned off, their names alone are shown, and why', async () => {
    const { app } = await renderApp();
    await act(() => app.thread.getState().open({ conversation: 'c0', thread: 'all' }));
    await waitFor(() => expect(openableFiles()).toBeGreaterThan(0));
    act(() => app.session.setState({ policies: settled('AttachmentsEnabled', false) }));
    expect(openableFiles()).toBe(0);
    expect(screen.getAllByText('Your organisation has turned files off in this app.').length).toBeGreaterThan(0);
  });

  it('[IT-2] its words are those of the schema', () => {
    for (const name of POLICY_NAMES) {
      expect(english.policies.names[name]).toBe(POLICIES[name].title);
      expect(english.policies.otherwise[name]).toBe(POLICIES[name].unset);
    }
  });
});
