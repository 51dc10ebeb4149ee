import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import en from '../locales/en.json';
import { layOut, renderApp } from '../testing/render.tsx';
import { keysOf, pressed } from './keys.ts';
import { SHORTCUT_GROUPS, SHORTCUTS } from './table.ts';

layOut();

const key = (over: Partial<KeyboardEvent>): Parameters<typeof pressed>[0] => ({
  key: '',
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...over,
});
/** The event that a chord of the table is typed with. */
const typed = (chord: string): Partial<KeyboardEvent> => {
  const parts = chord.split('+');
  return { key: parts.at(-1) || '+', ctrlKey: parts.includes('Mod'), shiftKey: parts.includes('Shift') };
};

describe('shortcuts', () => {
  it('[DESK-1] no two of one place are the same, and those that work anywhere are nobody else’s', () => {
    const chords = SHORTCUTS.flatMap(({ where, keys }) => keys.map((chord) => `${where} ${chord}`));
    expect(chords.filter((one, place) => chords.indexOf(one) !== place)).toEqual([]);
    const anywhere = SHORTCUTS.filter(({ where }) => ['always', 'app', 'work', 'thread'].includes(where)).flatMap(({ keys }) => [
      ...keys,
    ]);
    expect(new Set(anywhere).size).toBe(anywhere.length);
  });

  it('[DESK-1] letters work in a layout without Latin ones, and signs wherever they lie', () => {
    expect(pressed(key({ key: 'ث', code: 'KeyE' }), 'work')).toBe('archive');
    expect(pressed(key({ key: 'Л', code: 'KeyK', ctrlKey: true }), 'always')).toBe('palette');
    expect(pressed(key({ key: '?', shiftKey: true }), 'app')).toBe('help');
    expect(pressed(key({ key: 'A', shiftKey: true }), 'work')).toBe('assign');
    expect(pressed(key({ key: 'e', ctrlKey: true }), 'work')).toBeNull();
    expect(pressed(key({ key: '+', shiftKey: true }), 'message')).toBe('react');
  });

  it('[DESK-1] the sheet shows each of the table, once, with its keys and its words', async () => {
    await renderApp();
    fireEvent.keyDown(window, { key: '?', shiftKey: true });
    const sheet = await screen.findByRole('dialog', { name: 'Keyboard shortcuts' });
    expect(SHORTCUT_GROUPS.flatMap(({ of }) => [...of] as string[]).toSorted()).toEqual(SHORTCUTS.map(({ id }) => id).toSorted());
    const rows = within(sheet)
      .getAllByRole('term')
      .map((term) => `${term.textContent}: ${term.nextElementSibling?.textContent}`);
    expect(rows).toEqual(SHORTCUT_GROUPS.flatMap(({ of }) => of.map((id) => `${en.shortcuts[id]}: ${keysOf(id).join('')}`)));
  });

  it('[DESK-1] the app does something at each that works anywhere', async () => {
    const { app } = await renderApp();
    await screen.findByRole('listbox', { name: 'Conversations' });
    const anywhere = SHORTCUTS.filter(({ where }) => where === 'app' || where === 'work');
    for (const [id, chord] of anywhere.flatMap(({ id: one, keys }) => keys.map((chord) => [one, chord] as const))) {
      // With nothing done yet there is nothing to take back.
      if (id === 'undoChange') app.work.getState().tell({ text: 'Done', undo: () => Promise.resolve() });
      expect(fireEvent.keyDown(document.body, typed(chord)), `${id} ${chord}`).toBe(false);
      app.ui.setState({ dialog: 'none', search: false });
      app.work.setState({ dialog: null });
    }
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });
});
