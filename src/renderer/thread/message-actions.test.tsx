import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import type { MessageView } from '#shared/views.ts';

import { openThread } from '../state/navigate.ts';
import { layOut } from '../testing/render.tsx';
import { button, composer, list, openThreadPage, press, row, sent, write } from '../testing/thread-page.tsx';

layOut();

describe('messages by keyboard', () => {
  it('[THREAD-3] arrows go from message to message, R answers, and Escape goes back one step at a time', async () => {
    await openThreadPage();
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
    const { core } = await openThreadPage();
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
    const { core } = await openThreadPage();
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
    const { core, app } = await openThreadPage();
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
    await openThreadPage({ connection: { kind: 'offline', since: 0 } });
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
    const { core } = await openThreadPage();
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

describe('ways through a thread', () => {
  it('[THREAD-1] a quote goes to what it answers, and a day to its first message', async () => {
    const { core, app } = await openThreadPage();
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
    const { app } = await openThreadPage();
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
