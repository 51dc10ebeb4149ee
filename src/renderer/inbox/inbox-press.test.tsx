import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';

import { indexOf } from '../state/inbox-store.ts';
import { layOut, renderApp } from '../testing/render.tsx';

layOut();

const MOUSE = { pointerType: 'mouse', button: 0 };

async function rows(): Promise<
  { list: HTMLElement; row: (place: number) => HTMLElement } & Awaited<ReturnType<typeof renderApp>>
> {
  const all = await renderApp({ conversations: 40 });
  const list = await screen.findByRole('listbox', { name: 'Conversations' });
  await within(list).findAllByRole('option');
  return { ...all, list, row: (place) => within(list).getAllByRole('option')[place]! };
}

const openedOf = (core: Awaited<ReturnType<typeof renderApp>>['core']): unknown[] =>
  core.calls.filter(({ command }) => command === 'thread.open').map(({ input }) => input);

describe('a press on a row', () => {
  it('[INBOX-1] opens as the button of a mouse goes down, once', async () => {
    const { core, row } = await rows();
    fireEvent.pointerDown(row(1), MOUSE);
    await waitFor(() => expect(openedOf(core)).toHaveLength(1));
    expect(openedOf(core)).toMatchObject([{ conversation: row(1).dataset['conversation'] }]);
    fireEvent.click(row(1));
    expect(await screen.findByRole('textbox', { name: /^Message to/ })).toBeTruthy();
    expect(openedOf(core)).toHaveLength(1);
  });

  it.each([
    ['a finger, which may be about to scroll', { pointerType: 'touch', button: 0 }],
    ['the other button', { ...MOUSE, button: 2 }],
    ['Ctrl', { ...MOUSE, ctrlKey: true }],
    ['⌘', { ...MOUSE, metaKey: true }],
    ['Shift', { ...MOUSE, shiftKey: true }],
  ])('[INBOX-1] does not open as it goes down with %s', async (_what, press) => {
    const { core, row, app } = await rows();
    fireEvent.pointerDown(row(1), press);
    expect(app.thread.getState()).toMatchObject({ shown: { kind: 'none' }, heading: null });
    expect(openedOf(core)).toEqual([]);
  });

  it('[INBOX-1] of a finger opens when it was lifted', async () => {
    const { core, row } = await rows();
    fireEvent.pointerDown(row(2), { pointerType: 'touch', button: 0 });
    fireEvent.click(row(2));
    await waitFor(() => expect(openedOf(core)).toMatchObject([{ conversation: row(2).dataset['conversation'] }]));
  });

  it('[INBOX-2] with Ctrl or on its box picks it, and opens nothing', async () => {
    const { core, row, app } = await rows();
    fireEvent.pointerDown(row(1), { ...MOUSE, ctrlKey: true });
    fireEvent.click(row(1), { ctrlKey: true });
    const box = within(row(3)).getByTestId('pick');
    fireEvent.pointerDown(box, MOUSE);
    fireEvent.click(box);
    const picked = [row(1), row(3)].map((one) => one.dataset['conversation']);
    expect([...app.inbox.getState().picked.ids]).toEqual(picked);
    expect(row(3).getAttribute('aria-selected')).toBe('true');
    expect(openedOf(core)).toEqual([]);
  });

  it('[INBOX-1] leaves the list where it is, while the keyboard brings its place into view', async () => {
    const { core, list, row } = await rows();
    const scrolled = vi.spyOn(HTMLElement.prototype, 'scrollTo');
    // Of the list, 800 px show: this row is drawn below them.
    fireEvent.pointerDown(row(15), MOUSE);
    await waitFor(() => expect(openedOf(core)).toHaveLength(1));
    await screen.findByRole('textbox', { name: /^Message to/ });
    expect(scrolled.mock.contexts).not.toContain(list);
    act(() => list.focus());
    fireEvent.keyDown(list, { key: 'ArrowDown' });
    await waitFor(() => expect(scrolled.mock.contexts).toContain(list));
  });
});

describe('a key in a long list', () => {
  it('[INBOX-1] goes to a row that is still to be fetched, at the first press', async () => {
    const { app } = await renderApp({ conversations: 200 });
    const list = await screen.findByRole('listbox', { name: 'Conversations' });
    await within(list).findAllByRole('option');
    list.focus();
    fireEvent.keyDown(list, { key: 'End' });
    const place = (): number => indexOf(app.inbox.getState(), app.inbox.getState().focused);
    await waitFor(() => expect(place()).toBe(app.inbox.getState().total! - 1));
    expect(place()).toBeGreaterThan(150);
    fireEvent.keyDown(list, { key: 'Home' });
    await waitFor(() => expect(place()).toBe(0));
  });
});
