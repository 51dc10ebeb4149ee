import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { layOut, renderApp } from '../testing/render.tsx';

layOut();

async function openPalette(): Promise<Awaited<ReturnType<typeof renderApp>> & { field: HTMLElement }> {
  const made = await renderApp();
  await screen.findByRole('listbox', { name: 'Conversations' });
  fireEvent.keyDown(window, { key: 'k', ctrlKey: true });
  return { ...made, field: await screen.findByRole('combobox', { name: 'Find people, jobs and actions' }) };
}

it('[DESK-1] Ctrl+K finds a person, then that person’s conversations, and opens one', async () => {
  const { app, field } = await openPalette();
  fireEvent.change(field, { target: { value: 'mariacruz' } });
  fireEvent.change(field, { target: { value: 'maria cr' } });
  const person = await screen.findByRole('option', { name: /^Maria Cruz/ });
  await waitFor(() => expect(field.getAttribute('aria-activedescendant')).toBe(person.id));
  fireEvent.keyDown(field, { key: 'Enter' });
  await screen.findByRole('button', { name: /Maria Cruz’s jobs only/ });
  expect((field as HTMLInputElement).value).toBe('');
  const jobs = await screen.findAllByRole('option');
  expect(jobs.every((job) => job.textContent.includes('Maria Cruz'))).toBe(true);
  fireEvent.keyDown(field, { key: 'Enter' });
  await waitFor(() => expect(app.thread.getState().shown.kind).toBe('open'));
  expect(app.ui.getState().dialog).toBe('none');
});

it('[DESK-1] an action is found by its words, shows its key, and is done to the conversation one stood on', async () => {
  const { core, app } = await renderApp();
  await screen.findByRole('listbox', { name: 'Conversations' });
  fireEvent.keyDown(window, { key: 'j' });
  const stoodOn = app.inbox.getState().focused;
  fireEvent.keyDown(window, { key: 'k', ctrlKey: true });
  const field = await screen.findByRole('combobox', { name: 'Find people, jobs and actions' });
  fireEvent.change(field, { target: { value: 'archi' } });
  const option = await screen.findByRole('option', { name: /^Archive/ });
  expect(within(option).getByText('E')).toBeTruthy();
  fireEvent.keyDown(field, { key: 'Enter' });
  await waitFor(() =>
    expect(core.calls.findLast(({ command }) => command === 'own.mark')?.input).toEqual({
      conversations: [stoodOn],
      change: { mark: 'archive', on: true },
    }),
  );
});

it('[DESK-1] what isn’t a name is searched for in the messages', async () => {
  const { field } = await openPalette();
  fireEvent.change(field, { target: { value: 'valve' } });
  fireEvent.click(await screen.findByRole('option', { name: /Search messages for/ }));
  const search = await screen.findByRole('combobox', { name: 'Search people, jobs and messages' });
  await waitFor(() => expect((search as HTMLInputElement).value).toBe('valve'));
});
