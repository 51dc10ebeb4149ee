import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import { AppError } from '#shared/errors.ts';
import { NO_POLICIES } from '#shared/policies.ts';

import { layOut, renderApp } from '../testing/render.tsx';

layOut();

async function openDialog() {
  const { app, core } = await renderApp();
  await act(() => app.thread.getState().open({ conversation: 'c0', thread: 'all' }));
  act(() => core.emit('menu', { command: 'export' }));
  return { app, core, dialog: await screen.findByRole('dialog', { name: 'Export conversation' }) };
}

describe('exporting a conversation', () => {
  it('[THREAD-11] makes what everyone wrote unless the notes are asked for, and saves it by itself', async () => {
    const { core, dialog } = await openDialog();
    fireEvent.click(within(dialog).getByRole('radio', { name: 'JSON' }));
    fireEvent.click(within(dialog).getByRole('button', { name: 'Export' }));
    expect((await within(dialog).findByRole('status')).textContent).toContain('Kitchen tap.json');
    const sent = core.calls.filter(({ command }) => command.startsWith('export.'));
    expect(sent.map(({ command, input }) => [command, input])).toEqual([
      ['export.start', { conversation: 'c0', thread: 'all', format: 'json' }],
      ['export.save', { id: 'export-1' }],
    ]);
    expect(document.activeElement?.textContent).toBe('Close');
    fireEvent.click(within(dialog).getAllByRole('button', { name: 'Close' }).at(-1)!);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(core.calls.some(({ command }) => command === 'export.cancel')).toBe(false);
  });

  it('[THREAD-11] says why not, in the core’s words, and can be tried again', async () => {
    const { core, dialog } = await openDialog();
    core.failures.set('export.start', new AppError('storage-full', 'The disk is full.'));
    fireEvent.click(within(dialog).getByRole('radio', { name: 'Team notes' }));
    fireEvent.click(within(dialog).getByRole('button', { name: 'Export' }));
    expect((await within(dialog).findByRole('alert')).textContent).toBe('The disk is full.');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Try again' }));
    expect(await within(dialog).findByRole('status')).toBeTruthy();
    expect(core.calls.findLast(({ command }) => command === 'export.start')?.input).toMatchObject({ thread: 'team' });
  });

  it('[THREAD-11] is not offered where the organisation has turned files off', async () => {
    const { app } = await renderApp();
    await act(() => app.thread.getState().open({ conversation: 'c0', thread: 'all' }));
    const set = { value: false, level: 'enforced' as const, where: '/etc' };
    const entries = NO_POLICIES.entries.map((entry) => (entry.name === 'AttachmentsEnabled' ? { ...entry, set } : entry));
    act(() => app.session.setState({ policies: { ...NO_POLICIES, entries } }));
    fireEvent.click(await screen.findByRole('button', { name: 'More' }));
    expect((await screen.findByRole('menuitem', { name: /^Export/ })).getAttribute('aria-disabled')).toBe('true');
  });
});
