import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { AppError } from '#shared/errors.ts';

import { createWords, fetchWords, speak } from './i18n.ts';
import { layOut, renderApp } from './testing/render.tsx';
import { shortTime } from './words/times.ts';
import { inOwnWords } from './words/told.ts';

layOut();

it('[DESK-3] the language is chosen in the settings, and all speaks it at once, in its direction', async () => {
  const { core } = await renderApp();
  await screen.findByRole('listbox', { name: 'Conversations' });
  expect([document.documentElement.lang, document.documentElement.dir]).toEqual(['en', 'ltr']);
  fireEvent.keyDown(window, { key: ',', ctrlKey: true });
  const choice = await screen.findByRole('combobox', { name: 'Language' });
  expect(
    within(choice)
      .getAllByRole('option')
      .map(({ textContent }) => textContent),
  ).toEqual(['Like the system', 'English', 'Filipino', 'العربية']);
  fireEvent.change(choice, { target: { value: 'ar' } });
  await screen.findByRole('dialog', { name: 'الإعدادات' });
  await waitFor(() => expect([document.documentElement.lang, document.documentElement.dir]).toEqual(['ar', 'rtl']));
  expect(core.calls.findLast(({ command }) => command === 'settings.set')?.input).toEqual({ language: 'ar' });
  fireEvent.change(screen.getByRole('combobox', { name: 'اللغة' }), { target: { value: 'fil' } });
  expect(await screen.findByText('Hitsura at pagsulat')).toBeTruthy();
  await waitFor(() => expect([document.documentElement.lang, document.documentElement.dir]).toEqual(['fil', 'ltr']));
});

it('[DESK-3] a page begins in the language that was chosen before', async () => {
  await renderApp({ language: 'fil' });
  expect(await screen.findByRole('listbox', { name: 'Mga usapan' })).toBeTruthy();
});

it('[DESK-3] counts, dates and what the core says are said in the language', async () => {
  const words = createWords('en');
  await fetchWords(words, 'ar');
  await speak(words, 'ar');
  const { t } = words;
  expect([0, 1, 2, 3, 11, 100].map((count) => t('view.counted', { count }))).toEqual([
    'لا محادثات',
    'محادثة واحدة',
    'محادثتان',
    '3 محادثات',
    '11 محادثة',
    '100 محادثة',
  ]);
  const at = new Date(2026, 10, 18).getTime();
  expect(shortTime(at, at + 4 * 86_400_000, t, words.language)).toBe('الأربعاء');
  const told = inOwnWords(
    {
      send: () => Promise.reject(new AppError('conflict', 'A conversation has at most 20 labels. Take one away first.')),
      on: () => () => undefined,
      onState: () => () => undefined,
    },
    words,
  );
  await expect(told.send('queue.list', {})).rejects.toMatchObject({
    code: 'conflict',
    message: 'للمحادثة 20 تسمية على الأكثر. أزل واحدة أولًا.',
  });
});

it('[DESK-1] whoever signs in here for the first time is shown around, may skip it, and isn’t shown it again', async () => {
  const { core, app } = await renderApp({ toured: false, signedIn: false });
  fireEvent.change(await screen.findByLabelText('E-mail address'), { target: { value: 'ana@harbor.example' } });
  fireEvent.change(screen.getByLabelText('Password'), { target: { value: 'right' } });
  fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
  const card = await screen.findByRole('region', { name: 'The inbox is your work list' });
  await waitFor(() => expect(document.activeElement).toBe(card));
  fireEvent.click(within(card).getByRole('button', { name: 'Next' }));
  expect(await screen.findByRole('region', { name: 'Two threads for each job' })).toBeTruthy();
  fireEvent.keyDown(card, { key: 'Escape' });
  expect(screen.queryByRole('region', { name: 'Two threads for each job' })).toBeNull();
  await waitFor(() => expect(core.calls.findLast(({ command }) => command === 'settings.set')?.input).toEqual({ toured: true }));
  app.session.setState({ phase: { kind: 'signed-out' } });
  await app.session.getState().signIn({ server: '', email: '', password: 'right' });
  await screen.findByRole('listbox', { name: 'Conversations' });
  expect(screen.queryByRole('region', { name: 'The inbox is your work list' })).toBeNull();
});
