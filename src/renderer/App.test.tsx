import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';

import { AppError } from '#shared/errors.ts';

import { layOut, renderApp } from './testing/render.tsx';

layOut();

const openFirst = async (options: Parameters<typeof renderApp>[0] = {}): ReturnType<typeof renderApp> => {
  const all = await renderApp(options);
  fireEvent.click((await screen.findAllByRole('option'))[0]!);
  await screen.findByRole('textbox', { name: /^Message to/ });
  return all;
};
const composer = (): HTMLTextAreaElement => screen.getByRole('textbox', { name: /^Message to/ });
const write = (text: string): void => {
  const field = composer();
  field.focus();
  fireEvent.change(field, { target: { value: text } });
};
const sentBy = (core: Awaited<ReturnType<typeof renderApp>>['core'], command: string): unknown[] =>
  core.calls.filter((call) => call.command === command).map((call) => call.input);

describe('sign-in', () => {
  it('[DESK-5] says what is missing, then what failed, in words, and lets one in', async () => {
    await renderApp({ signedIn: false });
    const submit = screen.getByRole('button', { name: 'Sign in' });
    fireEvent.click(submit);
    expect(screen.getByLabelText('E-mail address').getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByText('Enter your e-mail address.')).toBeTruthy();
    fireEvent.change(screen.getByLabelText('E-mail address'), { target: { value: 'ana@harbor.example' } });
    fireEvent.change(screen.getByLabelText('Password'), { target: { value: 'wrong' } });
    fireEvent.click(submit);
    expect((await screen.findByRole('alert')).textContent).toContain('password is not right');
    fireEvent.change(screen.getByLabelText('Password'), { target: { value: 'right' } });
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(await screen.findByRole('listbox', { name: 'Conversations' })).toBeTruthy();
  });

  it('[SYNC-6] says why there is nothing left here when the account was disabled', async () => {
    const { core } = await renderApp({ signedIn: false });
    expect(screen.queryByText(/This account was disabled/)).toBeNull();
    act(() => core.emit('status', { ...core.status, connection: { kind: 'signed-out', reason: 'account-disabled' } }));
    expect(await screen.findByText(/This account was disabled/)).toBeTruthy();
    act(() => core.emit('status', { ...core.status, connection: { kind: 'signed-out', reason: 'device-wiped', unsent: 2 } }));
    const said = await screen.findByText(/signed out from another device or by an administrator/);
    expect(said.textContent).toContain('2 messages that were not sent yet were removed with it.');
  });
});

describe('inbox', () => {
  it('[INBOX-1] shows what a row has to say, by words too', async () => {
    await renderApp();
    const row = (await screen.findAllByRole('option', { name: /Kitchen sink/ }))[0]!;
    expect(row.textContent).toContain('Maria Cruz');
    expect(within(row).getByText('3 unread messages')).toBeTruthy();
    expect(within(row).getByText('You are mentioned')).toBeTruthy();
    expect(screen.getByText(/is typing…/)).toBeTruthy();
    expect(screen.getByText('I can offer Tuesday or').parentElement?.textContent).toBe('Draft: I can offer Tuesday or');
  });

  it('[DESK-2] J and K move, Enter opens, and what is selected is told', async () => {
    const { app } = await renderApp();
    await screen.findAllByRole('option');
    for (const key of ['j', 'j', 'k']) fireEvent.keyDown(document.activeElement ?? document.body, { key });
    const list = screen.getByRole('listbox', { name: 'Conversations' });
    expect(document.activeElement).toBe(list);
    const focused = list.getAttribute('aria-activedescendant');
    fireEvent.keyDown(list, { key: 'Enter' });
    await screen.findByRole('textbox', { name: /^Message to/ });
    expect(screen.getByRole('option', { selected: true }).id).toBe(focused);
    expect(app.thread.getState().shown).toMatchObject({ kind: 'open', place: { conversation: focused?.replace('row-', '') } });
  });

  it('[INBOX-2] each view without anything in it says what will be there', async () => {
    await renderApp({ conversations: 0 });
    expect(await screen.findByText('No conversations yet')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Mentions' }));
    expect(await screen.findByText('Nobody is asking for you')).toBeTruthy();
  });

  it('[SYNC-4] the first sync shows how far it is and can be paused', async () => {
    const { core } = await renderApp({ firstSync: { done: 5, total: 50, paused: false } });
    fireEvent.click(await screen.findByRole('button', { name: 'Pause' }));
    expect(await screen.findByText('Paused at 5 of 50 conversations.')).toBeTruthy();
    expect(sentBy(core, 'sync.pause')).toEqual([{ paused: true }]);
  });
});

describe('thread', () => {
  it('[THREAD-1] opens with the divider and reads aloud what comes, once', async () => {
    const { core } = await openFirst();
    expect(screen.getByTestId('unread-divider').textContent).toBe('3 new');
    act(() => core.receive('c0', 'Are you there?'));
    const log = screen.getByRole('log');
    await waitFor(() => expect(log.textContent).toContain('Are you there?'));
    act(() => core.receive('c0', 'Hello?'));
    await waitFor(() => expect(log.textContent).toContain('Hello?'));
    expect(log.textContent?.split('Are you there?')).toHaveLength(2);
  });

  it('[THREAD-2] a reply that was not sent says why, and can be tried again, edited and discarded', async () => {
    const { core } = await openFirst({ failing: true });
    const failed = await screen.findByTestId('not-sent');
    expect(failed.textContent).toContain('Not sent: somebody whom you mention no longer takes part');
    fireEvent.click(within(failed).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(sentBy(core, 'message.retry')).toMatchObject([{ key: 'c0/f1' }]));
    fireEvent.click(within(failed).getByRole('button', { name: 'Edit' }));
    await waitFor(() => expect(composer().value).toBe('Please sign off the second estimate as well.'));
    write('Please sign it off.');
    fireEvent.keyDown(composer(), { key: 'Enter' });
    await waitFor(() =>
      expect(sentBy(core, 'message.retry')).toMatchObject([{}, { key: 'c0/f1', text: 'Please sign it off.', mentions: [] }]),
    );
    fireEvent.click(within(failed).getByRole('button', { name: 'Discard' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Discard reply' }));
    await waitFor(() => expect(screen.queryByTestId('not-sent')).toBeNull());
  });

  it('[THREAD-7] tells what was seen only while the window is in front', async () => {
    vi.spyOn(document, 'hasFocus').mockReturnValue(false);
    const { core } = await openFirst();
    fireEvent(document, new Event('visibilitychange'));
    await waitFor(() =>
      expect(sentBy(core, 'view.state')).toContainEqual({ focused: false, open: { conversation: 'c0', thread: 'all' } }),
    );
    expect(sentBy(core, 'thread.seen')).toEqual([]);
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    fireEvent(window, new Event('focus'));
    await waitFor(() => expect(sentBy(core, 'thread.seen')).toEqual([{ conversation: 'c0', thread: 'all', seq: 16 }]));
  });

  it('[SYNC-6] a conversation that was taken away is left', async () => {
    const { core } = await openFirst();
    act(() => core.emit('conversation.gone', { conversation: 'c0' }));
    expect(await screen.findByText('You no longer take part in this conversation')).toBeTruthy();
  });

  it('[THREAD-3] a locked job says why nobody can write', async () => {
    const { app } = await renderApp();
    await act(() => app.thread.getState().open({ conversation: 'c4', thread: 'all' }));
    expect(screen.getByTestId('composer-locked').textContent).toContain('This job is closed');
    expect(screen.queryByRole('textbox', { name: /^Message to/ })).toBeNull();
  });
});

describe('composer', () => {
  it('[THREAD-3] Enter sends, the text leaves at once and the row shows as queued', async () => {
    const { core } = await openFirst({ connection: { kind: 'offline', since: 0 } });
    write('On my way');
    fireEvent.keyDown(composer(), { key: 'Enter', shiftKey: true });
    expect(composer().value).toBe('On my way');
    fireEvent.keyDown(composer(), { key: 'Enter' });
    expect(composer().value).toBe('');
    await waitFor(() =>
      expect(screen.getByText('On my way').closest('[data-testid=message]')?.getAttribute('data-state')).toBe('queued'),
    );
    await waitFor(() => expect(sentBy(core, 'message.send')).toHaveLength(1));
    expect(screen.getAllByText('On my way', { selector: 'span' })).toHaveLength(1);
  });

  it('[THREAD-3] nothing is lost when it could not be queued', async () => {
    const { core } = await openFirst();
    core.failures.set('message.send', new AppError('storage-full', 'The disk is full.'));
    write('Important');
    fireEvent.keyDown(composer(), { key: 'Enter' });
    expect((await screen.findByRole('alert')).textContent).toBe('Not sent: The disk is full. Your text is still here.');
    expect(composer().value).toBe('Important');
    expect(screen.queryAllByText('Important', { selector: 'span' })).toHaveLength(0);
  });

  it('[THREAD-3] keeps the draft when one looks away, and brings it back', async () => {
    const { core, app } = await openFirst();
    write('Half a thou');
    fireEvent.blur(composer());
    await waitFor(() =>
      expect(sentBy(core, 'draft.set')).toContainEqual({
        conversation: 'c0',
        thread: 'all',
        text: 'Half a thou',
        mentions: [],
        replyTo: null,
        caret: 11,
        over: 0,
        aside: 'keep',
      }),
    );
    await act(() => app.thread.getState().open({ conversation: 'c1', thread: 'all' }));
    expect(composer().value).toBe('');
    await act(() => app.thread.getState().open({ conversation: 'c0', thread: 'all' }));
    expect(composer().value).toBe('Half a thou');
  });

  it('[THREAD-4] @ completes people by keyboard and sends whom it means', async () => {
    const { core } = await openFirst();
    write('Hi @jun');
    const field = composer();
    field.setSelectionRange(7, 7);
    fireEvent.select(field);
    expect(
      within(await screen.findByRole('listbox', { name: 'People to mention' })).getByRole('option', {
        name: /Jun Dela Cruz/,
        selected: true,
      }),
    ).toBeTruthy();
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(composer().value).toBe('Hi @Jun Dela Cruz ');
    fireEvent.keyDown(composer(), { key: 'Enter' });
    await waitFor(() => expect(sentBy(core, 'message.send')).toMatchObject([{ mentions: ['worker-1'] }]));
  });

  it('[THREAD-3] names who reads it, counts near the limit and refuses more', async () => {
    const { core } = await openFirst();
    expect(screen.getByText(/Maria Cruz.*Jun Dela Cruz.*Luis Santos/, { selector: '#composer-audience' }).textContent).toContain(
      'Everyone',
    );
    write('x'.repeat(7_990));
    expect(screen.getByText('10 characters left')).toBeTruthy();
    write('x'.repeat(8_001));
    expect(screen.getByText('1 character too long')).toBeTruthy();
    fireEvent.keyDown(composer(), { key: 'Enter' });
    expect(sentBy(core, 'message.send')).toEqual([]);
  });

  it('[THREAD-6] says that one types, and that one stopped', async () => {
    const { core } = await openFirst();
    write('a');
    write('ab');
    fireEvent.blur(composer());
    await waitFor(() =>
      expect(sentBy(core, 'typing.set').map((input) => (input as { typing: boolean }).typing)).toEqual([true, false]),
    );
  });
});

describe('search and status', () => {
  it('[INBOX-3] / searches as one types and Enter opens the thread at the message', async () => {
    const { core } = await renderApp();
    await screen.findAllByRole('option');
    expect(screen.getByText('Choose a conversation')).toBeTruthy();
    fireEvent.keyDown(document.body, { key: '/' });
    expect(await screen.findByText('What you find opens here')).toBeTruthy();
    const field = screen.getByRole('combobox', { name: /Search people/ });
    field.focus();
    fireEvent.change(field, { target: { value: 'only for an hour' } });
    await waitFor(() => expect(screen.getByText('Only for an hour', { selector: 'mark' })).toBeTruthy());
    fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() => expect(sentBy(core, 'thread.open')).toMatchObject([{ conversation: 'c0', at: 16 }]));
    fireEvent.keyDown(field, { key: 'Escape' });
    expect(await screen.findByRole('listbox', { name: 'Conversations' })).toBeTruthy();
  });

  it('[INBOX-3] says when there is nothing to be found', async () => {
    await renderApp();
    const field = await screen.findByRole('combobox', { name: /Search people/ });
    act(() => field.focus());
    expect(screen.getByRole('listbox', { name: 'Conversations' })).toBeTruthy();
    fireEvent.change(field, { target: { value: 'qqqqq' } });
    expect(await screen.findByText('Nothing found for “qqqqq”')).toBeTruthy();
  });

  it('[SYNC-2] when the channel comes back, everything is loaded again', async () => {
    const { core, app } = await openFirst();
    const count = (command: string): number => sentBy(core, command).length;
    const before = { start: count('app.start'), open: count('thread.open') };
    act(() => core.closeChannel());
    await waitFor(() => expect(app.status.getState().channel).toBe('lost'));
    await waitFor(() =>
      expect({ start: count('app.start'), open: count('thread.open') }).toEqual({
        start: before.start + 1,
        open: before.open + 1,
      }),
    );
  });

  it('[NOTIFY-3] the title counts what is unread', async () => {
    const { core } = await renderApp();
    act(() => core.emit('badge', { unread: 4 }));
    await waitFor(() => expect(document.title).toBe('(4) Trialogue'));
  });
});
