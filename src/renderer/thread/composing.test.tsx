import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import { openThread } from '../state/navigate.ts';
import { ME } from '../testing/fake-data.ts';
import { layOut } from '../testing/render.tsx';
import { button, composer, openThreadPage, press, row, sent, write } from '../testing/thread-page.tsx';

layOut();

describe('undo send', () => {
  it('[THREAD-3] brings text, mention and reply back, in front of what was written meanwhile', async () => {
    const { core } = await openThreadPage({ undoSend: true });
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
    const { core } = await openThreadPage({ undoSend: true });
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
    const { app } = await openThreadPage({ undoSend: true });
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
    await openThreadPage({ undoSend: true });
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

describe('sending', () => {
  it('[THREAD-3] Enter between two threads sends to neither, and the words stay where they were written', async () => {
    const { app, core } = await openThreadPage();
    write('for the first');
    const answer = Promise.withResolvers<void>();
    core.waits.set('thread.open', answer.promise);
    act(() => openThread(app, { conversation: 'c1', thread: 'all' }));
    expect(app.thread.getState()).toMatchObject({ heading: { conversation: 'c1' }, shown: { kind: 'open' } });
    composer().focus();
    press('Enter');
    core.waits.delete('thread.open');
    answer.resolve();
    await waitFor(() => expect(composer().value).toBe(''));
    act(() => openThread(app, { conversation: 'c0', thread: 'all' }));
    await waitFor(() => expect(composer().value).toBe('for the first'));
    expect(sent(core, 'message.send')).toEqual([]);
  });

  it('[THREAD-3] what waits for its file when its thread is left stays a draft there, and goes to nobody', async () => {
    const { app, core } = await openThreadPage();
    const place = { conversation: 'c0', thread: 'all' } as const;
    act(() => app.files.setState({ adding: [{ id: 'a1', place, name: 'plan.pdf', bytes: 9, type: 'application/pdf' }] }));
    write('here is the plan');
    press('Enter');
    act(() => openThread(app, { conversation: 'c1', thread: 'all' }));
    await waitFor(() => expect(composer().value).toBe(''));
    act(() => app.files.setState({ adding: [] }));
    act(() => openThread(app, place));
    await waitFor(() => expect(composer().value).toBe('here is the plan'));
    expect(sent(core, 'message.send')).toEqual([]);
    composer().focus();
    press('Enter');
    await waitFor(() => expect(sent(core, 'message.send')).toMatchObject([{ ...place, text: 'here is the plan' }]));
  });
});

describe('drafts', () => {
  it('[THREAD-3] keep what they answer, whom they mention and the caret', async () => {
    const { core, app } = await openThreadPage();
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

describe('canned replies', () => {
  it('[THREAD-11] / offers them, and fills in the client, the job and oneself', async () => {
    await openThreadPage();
    write('/on');
    expect(await screen.findByRole('option', { name: /On the way/, selected: true })).toBeTruthy();
    press('Enter');
    expect(composer().value).toBe(`Hello Maria, somebody is on the way for “Kitchen sink leaks under the counter”. – ${ME.name}`);
  });

  it('[THREAD-11] are written and thrown away in their own place', async () => {
    const { core } = await openThreadPage();
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
