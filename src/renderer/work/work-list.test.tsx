import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';

import { AppError } from '#shared/errors.ts';

import { layOut, renderApp } from '../testing/render.tsx';
import { snoozeTimes } from './snooze-times.ts';

layOut();

const list = (): HTMLElement => screen.getByRole('listbox', { name: 'Conversations' });
const rows = (): string[] =>
  within(list())
    .getAllByRole('option')
    .map((row) => row.dataset['conversation'] ?? '');
const press = (key: string, more: Partial<KeyboardEventInit> = {}): void => {
  fireEvent.keyDown(document.activeElement ?? document.body, { key, ...more });
};
const toast = (): Promise<HTMLElement> => screen.findByTestId('toast');
const begin = async (options: Parameters<typeof renderApp>[0] = {}): ReturnType<typeof renderApp> => {
  const all = await renderApp(options);
  await screen.findAllByRole('option');
  // c0 is pinned, and stands first.
  act(() => list().focus());
  return all;
};
const told = (core: Awaited<ReturnType<typeof renderApp>>['core'], command: string): unknown[] =>
  core.calls.filter((call) => call.command === command).map(({ input }) => input);

describe('the work list', () => {
  it('[INBOX-4] E archives what the keyboard stands on, goes to the next one, and Ctrl+Z brings it back', async () => {
    const { app } = await begin();
    const [first, second] = rows();
    press('e');
    await waitFor(() => expect(rows()).not.toContain(first));
    expect((await toast()).textContent).toContain('Archived');
    expect(app.inbox.getState().focused).toBe(second);
    press('z', { ctrlKey: true });
    await waitFor(() => expect(rows()[0]).toBe(first));
    expect(screen.queryByTestId('toast')).toBeNull();
  });

  it('[INBOX-4] A takes it, again gives it back, and the row and the count say so', async () => {
    const { core } = await begin();
    press('j');
    const target = list().getAttribute('aria-activedescendant')!.replace('row-', '');
    const before = core.conversation(target).view.team?.assignee?.id ?? null;
    press('a');
    await waitFor(() => expect(told(core, 'team.assign')).toEqual([{ conversation: target, to: 'me' }]));
    const row = document.querySelector<HTMLElement>(`[data-conversation="${target}"]`)!;
    expect(await within(row).findByText('Assigned to Ana Reyes')).toBeTruthy();
    fireEvent.click(within(await toast()).getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(told(core, 'team.assign').at(-1)).toEqual({ conversation: target, to: before }));
  });

  it('[INBOX-4] Shift+J picks more, the bar says how many, and one key changes all of them, with one way back', async () => {
    const { core, app } = await begin();
    const firstThree = rows().slice(0, 3);
    press('J', { shiftKey: true });
    press('J', { shiftKey: true });
    expect(await screen.findByText('3 selected')).toBeTruthy();
    expect(screen.getAllByRole('option', { selected: true })).toHaveLength(3);
    press('m');
    await waitFor(() =>
      expect(told(core, 'own.mark')).toEqual([{ conversations: firstThree, change: { mark: 'mute', on: true } }]),
    );
    expect((await toast()).textContent).toContain('3 conversations muted');
    expect(app.inbox.getState().picked.ids.size).toBe(0);
    fireEvent.click(within(await toast()).getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(firstThree.map((id) => core.conversation(id).view.own.muted)).toEqual([false, false, false]));
  });

  it('[INBOX-4] X and Ctrl+click pick one, Ctrl+A all, and Esc lets go of them before it does anything else', async () => {
    const { app } = await begin();
    press('x');
    fireEvent.click(screen.getAllByRole('option')[2]!, { ctrlKey: true });
    expect(app.inbox.getState().picked.ids.size).toBe(2);
    press('a', { ctrlKey: true });
    await waitFor(() => expect(app.inbox.getState().picked.ids.size).toBe(rows().length));
    press('Escape');
    await waitFor(() => expect(app.inbox.getState().picked.ids.size).toBe(0));
    expect(document.activeElement).toBe(list());
  });

  it('[INBOX-4] H offers times, and what is chosen puts it aside until then', async () => {
    const { core } = await begin();
    const [first] = rows();
    press('h');
    const dialog = await screen.findByRole('dialog', { name: 'Snooze until' });
    fireEvent.click(within(dialog).getByRole('button', { name: /Tomorrow morning/ }));
    await waitFor(() => expect(rows()).not.toContain(first));
    expect(told(core, 'own.mark')).toMatchObject([{ conversations: [first], change: { mark: 'snooze' } }]);
    fireEvent.click(screen.getByRole('button', { name: /^Snoozed/ }));
    await waitFor(() => expect(rows()).toContain(first));
    expect(screen.getAllByText(/^until /).length).toBeGreaterThan(0);
  });

  it('[INBOX-4] a time of one’s own must be one to come', async () => {
    const { core } = await begin();
    press('h');
    const field = await screen.findByLabelText('Date and time');
    fireEvent.change(field, { target: { value: '2020-01-01T09:00' } });
    expect((await screen.findByRole('alert')).textContent).toContain('has passed');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Snooze' }).disabled).toBe(true);
    expect(told(core, 'own.mark')).toEqual([]);
  });

  it('[INBOX-4] L finds or makes labels by keyboard', async () => {
    const { core } = await begin();
    press('j');
    const target = list().getAttribute('aria-activedescendant')!.replace('row-', '');
    press('l');
    const field = await screen.findByRole('combobox', { name: 'Labels' });
    fireEvent.change(field, { target: { value: 'Second visit' } });
    expect(screen.getByRole('option', { name: 'Create “Second visit”' })).toBeTruthy();
    fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() => expect(core.conversation(target).view.team?.labels).toContain('Second visit'));
    fireEvent.change(field, { target: { value: 'second' } });
    expect(await screen.findByRole('option', { name: 'Second visit', selected: true })).toBeTruthy();
  });

  it('[INBOX-4] says in words what could not be done, and changes nothing', async () => {
    const { core } = await begin();
    core.failures.set('own.mark', new AppError('storage-full', 'The disk is full. Free some space, then try again.'));
    const before = rows();
    press('e');
    expect((await toast()).textContent).toContain('The disk is full');
    expect(within(await toast()).queryByRole('button', { name: 'Undo' })).toBeNull();
    expect(rows()).toEqual(before);
  });

  it('[INBOX-4] what was done is told once, and goes after a while unless somebody is at it', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      await begin();
      press('p');
      const shown = await toast();
      expect(screen.getAllByRole('status').some((one) => one.textContent?.includes('Press Ctrl+Z to undo'))).toBe(true);
      fireEvent.pointerEnter(shown);
      await act(() => vi.advanceTimersByTimeAsync(20_000));
      expect(screen.queryByTestId('toast')).toBeTruthy();
      fireEvent.pointerLeave(shown);
      await act(() => vi.advanceTimersByTimeAsync(8_100));
      expect(screen.queryByTestId('toast')).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });

  it('[INBOX-2] the choice narrows, shows what it is narrowed by, and is given to the core to keep', async () => {
    const { core, app } = await begin({ conversations: 30 });
    act(() => app.inbox.getState().choose({ label: 'Urgent', sort: 'waiting' }));
    const chip = await screen.findByRole('button', { name: 'Don’t narrow by Urgent' });
    expect(rows().every((id) => core.conversation(id).view.team?.labels.includes('Urgent'))).toBe(true);
    expect(told(core, 'inbox.choose')).toEqual([{ view: 'inbox', status: null, label: 'Urgent', sort: 'waiting' }]);
    act(() => app.inbox.getState().choose({ status: 'cancelled' }));
    expect(await screen.findByText('No conversation fits')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Clear filters' }));
    await screen.findAllByRole('option');
    expect(chip.isConnected).toBe(false);
  });

  it('[INBOX-2] rows that did not change stay the same objects when others do', async () => {
    const { core, app } = await begin();
    const before = new Map(
      app.inbox
        .getState()
        .pages.get(0)!
        .map((row) => [row.conversation, row]),
    );
    press('p');
    await waitFor(() => expect(core.conversation('c0').view.own.pinned).toBe(false));
    await waitFor(() => expect(app.inbox.getState().pages.get(0)![0]!.conversation).not.toBe('c9'));
    const after = app.inbox.getState().pages.get(0)!;
    const same = after.filter((row) => before.get(row.conversation) === row);
    expect(same.length).toBe(after.length - 1);
  });
});

const at = (day: number, hour: number): number => new Date(2026, 10, day, hour, 10).getTime();
const names = (now: number): string[] =>
  snoozeTimes(now).map(({ name, at: when }) => `${name} ${new Date(when).getDate()}/${new Date(when).getHours()}`);

describe('times to snooze until', () => {
  it('[INBOX-4] are those that make sense at the moment', () => {
    // 23 November 2026 is a Monday.
    expect(names(at(23, 10))).toEqual(['later 23/13', 'tomorrow 24/9', 'monday 30/9']);
    expect(names(at(23, 20))).toEqual(['tomorrow 24/9', 'monday 30/9']);
    expect(names(at(29, 10))).toEqual(['later 29/13', 'tomorrow 30/9']);
    expect(snoozeTimes(at(23, 10)).every(({ at: when }) => when > at(23, 10))).toBe(true);
  });
});
