import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import { AppError } from '#shared/errors.ts';
import { NO_POLICIES, type PoliciesView } from '#shared/policies.ts';

import { layOut, renderApp } from '../testing/render.tsx';
import { readInvitationLink } from './invitation-link.ts';

layOut();

const settled = (name: 'SignInMethod' | 'ServerAddress', value: string, level: 'enforced' | 'default'): PoliciesView => ({
  entries: NO_POLICIES.entries.map((entry) => (entry.name === name ? { name, set: { value, level, where: 'HKLM' } } : entry)),
  problems: [],
});
const SECRET = 'B'.repeat(43);

type App = Awaited<ReturnType<typeof renderApp>>;
/** The form of somebody whose server has this sign-in besides the password. */
async function form(name: string | null, policies?: PoliciesView): Promise<App> {
  const all = await renderApp({ signedIn: false });
  all.core.browser.name = name;
  if (policies) act(() => all.app.session.setState({ policies }));
  const server = screen.getByLabelText('Server address');
  if (!(server as HTMLInputElement).readOnly) {
    fireEvent.change(server, { target: { value: 'https://chat.harbor.example' } });
    fireEvent.blur(server);
  }
  return all;
}
const continueButton = () => screen.findByRole('button', { name: 'Continue with Harbor' });

describe('signing in by the browser', () => {
  it('[DESK-5] is offered beside the password where the server has it, waits for the person, and lets them in', async () => {
    const { core } = await form('Harbor');
    expect(await continueButton()).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Sign in' })).toBeTruthy();
    fireEvent.click(await continueButton());
    expect((await screen.findByRole('status')).textContent).toContain('Finish signing in in your browser');
    expect(screen.queryByRole('button', { name: 'Continue with Harbor' })).toBeNull();
    await waitFor(() => expect(core.browser.waiting).not.toBeNull());
    expect(core.calls).toContainEqual({
      command: 'session.signInByBrowser',
      input: { server: 'https://chat.harbor.example' },
    });
    act(() => core.browser.waiting?.comeBack());
    expect(await screen.findByRole('listbox', { name: 'Conversations' })).toBeTruthy();
  });

  it('[DESK-5] can be stopped, and says in words what went wrong', async () => {
    const { core } = await form('Harbor');
    fireEvent.click(await continueButton());
    fireEvent.click(await screen.findByRole('button', { name: 'Stop' }));
    expect((await screen.findByRole('alert')).textContent).toContain('You stopped the sign-in');
    fireEvent.click(await continueButton());
    await waitFor(() => expect(core.calls.filter(({ command }) => command === 'session.signInByBrowser')).toHaveLength(2));
    act(() => core.browser.waiting?.fail(new AppError('sign-in-failed', 'The sign-in at Harbor was declined.')));
    expect((await screen.findByRole('alert')).textContent).toContain('declined');
  });

  it('[IT-2] is all that there is where passwords are turned off, also before the server answered', async () => {
    await form(null, settled('SignInMethod', 'oidc', 'enforced'));
    expect(screen.queryByLabelText('Password')).toBeNull();
    expect(screen.queryByRole('button', { name: 'Sign in' })).toBeNull();
    // That server has none: nothing is left that would be allowed.
    expect(await screen.findByText(/no way to sign in that your organisation allows/)).toBeTruthy();
  });

  it('[IT-2] is not there where it is turned off, and comes first where it is the default', async () => {
    const { app } = await form('Harbor', settled('SignInMethod', 'password', 'enforced'));
    await waitFor(() => expect(screen.getByLabelText('Password')).toBeTruthy());
    expect(screen.queryByRole('button', { name: /^Continue/ })).toBeNull();
    act(() => app.session.setState({ policies: settled('SignInMethod', 'oidc', 'default') }));
    const first = await continueButton();
    expect(first.compareDocumentPosition(screen.getByLabelText('Password')) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
  });
});

describe('an invitation link', () => {
  it('[DESK-5] opens its page, and its server stands in the form', async () => {
    const { core } = await form(null);
    fireEvent.click(screen.getByRole('button', { name: 'I have an invitation link' }));
    const field = screen.getByLabelText('Invitation link');
    fireEvent.change(field, { target: { value: 'https://evil.example/' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(await screen.findByText(/This is no invitation link/)).toBeTruthy();
    const link = `https://sync.harbor.example/chat/account#invitation=${SECRET}`;
    fireEvent.change(field, { target: { value: ` ${link}\n` } });
    fireEvent.click(screen.getByRole('button', { name: 'Open' }));
    expect(await screen.findByText(/Choose your password on the page that opened/)).toBeTruthy();
    expect(core.calls).toContainEqual({ command: 'link.open', input: { url: link } });
    expect(screen.getByLabelText<HTMLInputElement>('Server address').value).toBe('https://sync.harbor.example/chat');
  });

  it('[IT-2] of another server than the organisation’s isn’t followed', async () => {
    const { core } = await form(null, settled('ServerAddress', 'https://chat.harbor.example', 'enforced'));
    fireEvent.click(screen.getByRole('button', { name: 'I have an invitation link' }));
    const field = screen.getByLabelText('Invitation link');
    fireEvent.change(field, { target: { value: `https://sync.harbor.example/account#invitation=${SECRET}` } });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(await screen.findByText(/This invitation is of another server/)).toBeTruthy();
    expect(core.calls.some(({ command }) => command === 'link.open')).toBe(false);
  });

  it.each([
    '',
    'account#invitation=x',
    `javascript:alert(1)//account#invitation=${SECRET}`,
    `https://a.example/account?x=1#invitation=${SECRET}`,
    `https://a:b@a.example/account#invitation=${SECRET}`,
    `https://a.example/accounts#invitation=${SECRET}`,
    'https://a.example/account#invitation=short',
    `https://a.example/account#else=${SECRET}`,
  ])('[DESK-5] is none: %s', (text) => {
    expect(readInvitationLink(text)).toBeNull();
  });

  it('[DESK-5] for a new password leads to its page as well', () => {
    expect(readInvitationLink(`https://a.example/account#reset=${SECRET}`)?.server).toBe('https://a.example');
  });
});
