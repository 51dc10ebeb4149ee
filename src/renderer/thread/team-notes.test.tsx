import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import { layOut, renderApp } from '../testing/render.tsx';
import { button, composer, openThreadPage, press, sent, write } from '../testing/thread-page.tsx';

layOut();

describe('team notes', () => {
  it('[THREAD-9] are another place by word and shape, with unread of their own and a draft of their own', async () => {
    const { core } = await openThreadPage();
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
    const { app } = await openThreadPage();
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
    const { core } = await openThreadPage();
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
    const { core } = await openThreadPage();
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
    const { core, app } = await openThreadPage();
    await act(() => app.thread.getState().open({ conversation: 'c0', thread: 'team' }));
    write('half a note');
    act(() => core.emit('thread.gone', { conversation: 'c0', thread: 'team' }));
    expect(await screen.findByText('You can’t read these team notes any more')).toBeTruthy();
    expect(screen.getByDisplayValue('half a note')).toBeTruthy();
    fireEvent.click(button('Open the conversation'));
    expect(await screen.findByRole('textbox', { name: /^Message to/ })).toBeTruthy();
  });
});
