import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import type { MessageView } from '#shared/views.ts';

import { openThread } from '../state/navigate.ts';
import type { FakeOptions } from '../testing/fake-conversations.ts';
import { ME } from '../testing/fake-data.ts';
import { layOut, renderApp } from '../testing/render.tsx';

layOut();

type Core = Awaited<ReturnType<typeof renderApp>>['core'];

async function opened(options: Partial<FakeOptions> = {}): Promise<Awaited<ReturnType<typeof renderApp>>> {
  // Longer than any test takes: none is to race with the clock.
  const all = await renderApp({ heldMs: 3_600_000, ...options });
  await act(() => all.app.thread.getState().open({ conversation: 'c0', thread: 'all' }));
  return all;
}
const composer = (): HTMLTextAreaElement => document.querySelector<HTMLTextAreaElement>('#composer')!;
const list = (): HTMLElement => document.querySelector<HTMLElement>('#thread-messages')!;
const row = (key: string): HTMLElement => document.querySelector<HTMLElement>(`[data-key="${key}"]`)!;
const write = (text: string): void => {
  composer().focus();
  fireEvent.change(composer(), { target: { value: text } });
};
const press = (key: string, more = {}): boolean => fireEvent.keyDown(document.activeElement!, { key, ...more });
const sent = (core: Core, command: string): unknown[] =>
  core.calls.filter((call) => call.command === command).map((call) => call.input);
const button = (name: string | RegExp, within_: HTMLElement = document.body): HTMLElement =>
  within(within_).getByRole('button', { name });

describe('messages by keyboard', () => {
  it('[THREAD-3] arrows go from message to message, R answers, and Escape goes back one step at a time', async () => {
    await opened();
    list().focus();
    press('ArrowUp');
    expect(document.activeElement).toBe(row('c0/s16'));
    press('ArrowUp');
    press('ArrowUp');
    expect(document.activeElement).toBe(row('c0/s14'));
    press('ArrowDown');
    expect(document.activeElement).toBe(row('c0/s15'));
    expect(row('c0/s15').tabIndex).toBe(0);
    expect(row('c0/s14').tabIndex).toBe(-1);
    press('Escape');
    expect(document.activeElement).toBe(list());
    row('c0/s16').focus();
    press('r');
    await waitFor(() => expect(document.activeElement).toBe(composer()));
    expect(screen.getByText(/^Reply to .*Jun/)).toBeTruthy();
  });

  it('[THREAD-3] Enter opens what one can do; what is another’s can’t be changed', async () => {
    const { core } = await opened();
    row('c0/s11').focus();
    press('Enter');
    const menu = await screen.findByRole('menu');
    expect(
      within(menu)
        .getAllByRole('menuitem')
        .map((item) => item.textContent),
    ).toEqual(['Add a reaction…+', 'ReplyR', 'Copy textC', 'Edit', 'RemoveDel']);
    fireEvent.click(within(menu).getByRole('menuitem', { name: /Remove/ }));
    await waitFor(() => expect(sent(core, 'message.remove')).toMatchObject([{ of: 'c0/s11', thread: 'all' }]));
    await waitFor(() => expect(row('c0/s11').textContent).toContain('Message removed'));
    row('c0/s16').focus();
    press('Enter');
    await waitFor(() => expect(screen.getByRole('menu').textContent).not.toContain('Remove'));
  });

  it('[THREAD-3] + finds a sign by its name and puts it on the message; the sign itself takes it away', async () => {
    const { core } = await opened();
    row('c0/s16').focus();
    press('+');
    const field = await screen.findByRole('combobox', { name: 'Search emoji' });
    await screen.findByRole('option', { name: 'grinning face' });
    fireEvent.change(field, { target: { value: 'party popper' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() =>
      expect(sent(core, 'message.react')).toEqual([{ conversation: 'c0', thread: 'all', to: 'c0/s16', emoji: '🎉', on: true }]),
    );
    const mine = await within(row('c0/s16')).findByRole('button', { name: /🎉/ });
    expect(mine.getAttribute('aria-pressed')).toBe('true');
    fireEvent.click(mine);
    await waitFor(() => expect(sent(core, 'message.react')).toMatchObject([{}, { emoji: '🎉', on: false }]));
  });
});

describe('changes', () => {
  it('[THREAD-3] ↑ in an empty field edits the last own message, Escape leaves it as it is', async () => {
    const { core, app } = await opened();
    composer().focus();
    press('ArrowUp');
    expect(composer().value).toBe('I’ll be at the office until six.');
    press('Escape');
    expect(composer().value).toBe('');
    press('ArrowUp');
    write('I’ll be at the office until five.');
    // Away and back: nothing of it is lost.
    act(() => openThread(app, { conversation: 'c1', thread: 'all' }));
    await waitFor(() => expect(composer().value).toBe(''));
    act(() => openThread(app, { conversation: 'c0', thread: 'all' }));
    await waitFor(() => expect(row('c0/s11')).not.toBeNull());
    composer().focus();
    press('ArrowUp');
    expect(composer().value).toBe('I’ll be at the office until five.');
    press('Enter');
    await waitFor(() =>
      expect(sent(core, 'message.edit')).toMatchObject([{ of: 'c0/s11', text: 'I’ll be at the office until five.' }]),
    );
    await waitFor(() => expect(row('c0/s11').textContent).toContain('edited'));
    expect(composer().value).toBe('');
  });

  it('[THREAD-2] offline, an edit and a reaction say that they wait', async () => {
    await opened({ connection: { kind: 'offline', since: 0 } });
    act(() => row('c0/s16').focus());
    fireEvent.click(button(/Add a reaction to the message of/, row('c0/s16')));
    fireEvent.mouseDown((await screen.findAllByRole('option', { name: 'folded hands' }))[0]!);
    await within(row('c0/s16')).findByRole('button', { name: /🙏.*waits to be sent/ });
    act(() => composer().focus());
    // The last of one's own is one that waits in the queue.
    press('ArrowUp');
    expect(composer().value).toBe('And yes: water is off from 9 to 10 only.');
  });

  it('[THREAD-2] an edit that was refused says why, and can be tried again, corrected or left', async () => {
    const { core } = await opened();
    const own = core.conversation('c0').items.find((item): item is MessageView => item.key === 'c0/s11')!;
    const change = {
      key: 'e1',
      kind: 'edit' as const,
      text: 'until five',
      state: { kind: 'not-sent' as const, rule: 'too-late' as const },
    };
    act(() => core.tell('c0', [{ ...own, change }]));
    const line = await screen.findByTestId('change-not-sent');
    expect(line.textContent).toContain('Your edit was not sent: it is too late');
    fireEvent.click(button('Try again', line));
    await waitFor(() => expect(sent(core, 'message.retry')).toMatchObject([{ key: 'e1' }]));
    fireEvent.click(button('Edit', line));
    await waitFor(() => expect(composer().value).toBe('until five'));
    fireEvent.click(button('Leave it as it is', line));
    await waitFor(() => expect(sent(core, 'message.discard')).toEqual([{ key: 'e1' }]));
  });
});

describe('undo send', () => {
  it('[THREAD-3] brings text, mention and reply back, in front of what was written meanwhile', async () => {
    const { core } = await opened({ undoSend: true });
    row('c0/s16').focus();
    press('r');
    await waitFor(() => expect(document.activeElement).toBe(composer()));
    write('@Jun Dela Cruz an hour is fine');
    press('Enter');
    await waitFor(() =>
      expect(sent(core, 'message.send')).toMatchObject([{ undoable: true, replyTo: 'c0/s16', mentions: ['worker-1'] }]),
    );
    await waitFor(() => expect(document.querySelector('[data-state=held]')?.textContent).toContain('@Jun Dela Cruz an hour'));
    write('and');
    fireEvent.click(button('Undo'));
    await waitFor(() => expect(composer().value).toBe('@Jun Dela Cruz an hour is fine\nand'));
    expect(screen.getByText(/^Reply to .*Jun/)).toBeTruthy();
    expect(document.querySelector('[data-state=held]')).toBeNull();
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });

  it('[THREAD-3] Ctrl+Z in the empty field takes it back too, and one may send at once', async () => {
    const { core } = await opened({ undoSend: true });
    write('first');
    press('Enter');
    await screen.findByRole('button', { name: 'Undo' });
    press('z', { ctrlKey: true });
    await waitFor(() => expect(composer().value).toBe('first'));
    press('Enter');
    fireEvent.click(await screen.findByRole('button', { name: 'Send now' }));
    await waitFor(() => expect(sent(core, 'message.release')).toHaveLength(1));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull());
  });

  it('[THREAD-3] can be taken back from another thread, and leads back to where it was written', async () => {
    const { app } = await opened({ undoSend: true });
    write('to the wrong client');
    press('Enter');
    await screen.findByRole('button', { name: 'Undo' });
    act(() => openThread(app, { conversation: 'c1', thread: 'all' }));
    expect(await screen.findByText(/^Sending to .*Kitchen sink/)).toBeTruthy();
    fireEvent.click(button('Undo'));
    await waitFor(() => expect(app.thread.getState().shown).toMatchObject({ kind: 'open', place: { conversation: 'c0' } }));
    await waitFor(() => expect(composer().value).toBe('to the wrong client'));
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });

  it('[THREAD-3] a removed message comes back', async () => {
    await opened({ undoSend: true });
    row('c0/s11').focus();
    press('Delete');
    await waitFor(() => expect(row('c0/s11').textContent).toContain('Message removed'));
    fireEvent.click(button('Undo'));
    await waitFor(() => expect(row('c0/s11').textContent).toContain('until six'));
    row('c0/s11').focus();
    press('Delete');
    await waitFor(() => expect(row('c0/s11').textContent).toContain('Message removed'));
    press('z', { ctrlKey: true });
    await waitFor(() => expect(row('c0/s11').textContent).toContain('until six'));
  });
});

describe('drafts', () => {
  it('[THREAD-3] keep what they answer, whom they mention and the caret', async () => {
    const { core, app } = await opened();
    row('c0/s16').focus();
    press('r');
    await waitFor(() => expect(document.activeElement).toBe(composer()));
    write('@Jun Dela Cruz is');
    composer().setSelectionRange(4, 4);
    fireEvent.select(composer());
    fireEvent.blur(composer());
    await waitFor(() =>
      expect(sent(core, 'draft.set').at(-1)).toEqual({
        over: 0,
        aside: 'keep',
        conversation: 'c0',
        thread: 'all',
        text: '@Jun Dela Cruz is',
        mentions: ['worker-1'],
        replyTo: 'c0/s16',
        caret: 4,
      }),
    );
    await act(() => app.thread.getState().open({ conversation: 'c1', thread: 'all' }));
    expect(composer().value).toBe('');
    await act(() => app.thread.getState().open({ conversation: 'c0', thread: 'all' }));
    expect(composer().value).toBe('@Jun Dela Cruz is');
    expect(composer().selectionStart).toBe(4);
    expect(screen.getByText(/^Reply to .*Jun/)).toBeTruthy();
  });
});

describe('team notes', () => {
  it('[THREAD-9] are another place by word and shape, with unread of their own and a draft of their own', async () => {
    const { core } = await opened();
    write('for all');
    expect(screen.getByTestId('unread-team').textContent).toContain('2 unread messages');
    fireEvent.click(screen.getByRole('radio', { name: /Team notes/ }));
    await screen.findByRole('textbox', { name: 'Note to Harbor Home Services' });
    expect(screen.getByTestId('notes-band').textContent).toContain('Only \u2068Harbor Home Services\u2069 sees this');
    expect(screen.getByText(/Ask for a deposit/)).toBeTruthy();
    expect(composer().value).toBe('');
    write('Deposit is in');
    fireEvent.click(button('Add note'));
    await waitFor(() => expect(sent(core, 'message.send')).toMatchObject([{ thread: 'team', text: 'Deposit is in' }]));
    await act(async () => composer().blur());
    fireEvent.keyDown(document.body, { key: 't' });
    await waitFor(() => expect(composer().value).toBe('for all'));
  });

  it('[THREAD-9] @ offers the agency’s staff alone', async () => {
    const { app } = await opened();
    await act(() => app.thread.getState().open({ conversation: 'c0', thread: 'team' }));
    await waitFor(() => {
      write('@');
      composer().setSelectionRange(1, 1);
      fireEvent.select(composer());
      expect(screen.getByRole('listbox', { name: 'People to mention' })).toBeTruthy();
    });
    const offered = within(screen.getByRole('listbox', { name: 'People to mention' })).getAllByRole('option');
    expect(offered.map((option) => option.textContent)).toEqual(['Luis SantosAgency']);
  });

  it('[THREAD-9] asks before what looks meant for the team goes to all, and can move it there', async () => {
    const { core } = await opened();
    write('internal: ask for more');
    press('Enter');
    const asks = await screen.findByRole('alertdialog');
    expect(asks.textContent).toContain('Is this for your team?');
    expect(document.activeElement).toBe(button('Move to Team notes'));
    expect(sent(core, 'message.send')).toEqual([]);
    press('Escape');
    expect(document.activeElement).toBe(composer());
    press('Enter');
    fireEvent.click(await screen.findByRole('button', { name: 'Move to Team notes' }));
    await screen.findByRole('textbox', { name: 'Note to Harbor Home Services' });
    await waitFor(() => expect(composer().value).toBe('internal: ask for more'));
    press('Enter');
    await waitFor(() => expect(sent(core, 'message.send')).toMatchObject([{ thread: 'team', text: 'internal: ask for more' }]));
  });

  it('[THREAD-9] sends to everybody who says so', async () => {
    const { core } = await opened();
    write('internal: just kidding');
    press('Enter');
    fireEvent.click(await screen.findByRole('button', { name: 'Send to everyone' }));
    await waitFor(() => expect(sent(core, 'message.send')).toMatchObject([{ thread: 'all' }]));
    expect(screen.queryByRole('alertdialog')).toBeNull();
  });

  it('[THREAD-9] can be written where a closed job lets nobody write to everyone', async () => {
    const { app } = await renderApp();
    await act(() => app.thread.getState().open({ conversation: 'c4', thread: 'all' }));
    expect(screen.getByTestId('composer-locked')).toBeTruthy();
    fireEvent.click(screen.getByRole('radio', { name: /Team notes/ }));
    expect(await screen.findByRole('textbox', { name: /^Note to/ })).toBeTruthy();
  });

  it('[THREAD-9] that were taken away are left, with what one was writing, and the way back', async () => {
    const { core, app } = await opened();
    await act(() => app.thread.getState().open({ conversation: 'c0', thread: 'team' }));
    write('half a note');
    act(() => core.emit('thread.gone', { conversation: 'c0', thread: 'team' }));
    expect(await screen.findByText('You can’t read these team notes any more')).toBeTruthy();
    expect(screen.getByDisplayValue('half a note')).toBeTruthy();
    fireEvent.click(button('Open the conversation'));
    expect(await screen.findByRole('textbox', { name: /^Message to/ })).toBeTruthy();
  });
});

describe('canned replies', () => {
  it('[THREAD-11] / offers them, and fills in the client, the job and oneself', async () => {
    await opened();
    write('/on');
    expect(await screen.findByRole('option', { name: /On the way/, selected: true })).toBeTruthy();
    press('Enter');
    expect(composer().value).toBe(`Hello Maria, somebody is on the way for “Kitchen sink leaks under the counter”. – ${ME.name}`);
  });

  it('[THREAD-11] are written and thrown away in their own place', async () => {
    const { core } = await opened();
    write('/zzz');
    fireEvent.mouseDown(await screen.findByRole('option', { name: /You have no canned replies|Write or change/ }));
    const dialog = await screen.findByRole('dialog', { name: 'Canned replies' });
    fireEvent.click(button('New reply', dialog));
    fireEvent.change(within(dialog).getByLabelText('Name'), { target: { value: 'Thanks' } });
    fireEvent.change(within(dialog).getByLabelText('Text'), { target: { value: 'Thank you, ' } });
    fireEvent.click(button('{client}', dialog));
    fireEvent.click(button('Keep', dialog));
    await waitFor(() => expect(sent(core, 'replies.put')).toMatchObject([{ name: 'Thanks', text: 'Thank you, {client}' }]));
    fireEvent.click(await within(dialog).findByRole('button', { name: 'Remove “Thanks”' }));
    await waitFor(() => expect(sent(core, 'replies.remove')).toHaveLength(1));
  });
});

describe('ways through a thread', () => {
  it('[THREAD-1] a quote goes to what it answers, and a day to its first message', async () => {
    const { core, app } = await opened();
    fireEvent.click(button(/^In reply to/, row('c0/s10')));
    await waitFor(() => expect(app.thread.getState().shown).toMatchObject({ position: { to: 'seq', seq: 7 } }));
    fireEvent.keyDown(document.body, { key: 'g' });
    const day = await screen.findByLabelText('Day');
    fireEvent.click(button('Go'));
    expect(screen.getByRole('alert').textContent).toBe('Choose a day first.');
    fireEvent.change(day, { target: { value: '2020-01-01' } });
    fireEvent.click(button('Go'));
    await waitFor(() =>
      expect(sent(core, 'thread.at')).toEqual([{ conversation: 'c0', thread: 'all', at: new Date(2020, 0, 1).getTime() }]),
    );
    await waitFor(() => expect(app.thread.getState().shown).toMatchObject({ position: { to: 'place', seq: 1 } }));
  });

  it('[THREAD-8] the panel lists the files, and a photo opens large, with the others by arrow keys', async () => {
    const { app } = await opened();
    act(() => app.ui.getState().toggleJobPanel());
    const files = await screen.findByRole('region', { name: 'Files' });
    await within(files).findByText('valve.jpg');
    fireEvent.click(button('Show under-the-sink.jpg', files));
    const viewer = await screen.findByRole('dialog', { name: 'under-the-sink.jpg' });
    expect(viewer.textContent).toContain('1 of 2');
    fireEvent.keyDown(viewer, { key: 'ArrowRight' });
    await screen.findByRole('dialog', { name: 'valve.jpg' });
    fireEvent.keyDown(viewer, { key: '+' });
    expect(viewer.textContent).toContain('150 %');
    fireEvent.click(button('Show in the thread', viewer));
    await waitFor(() => expect(app.thread.getState().shown).toMatchObject({ position: { to: 'seq', seq: 3 } }));
  });
});
