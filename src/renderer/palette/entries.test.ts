import { describe, expect, it } from 'vitest';

import type { PaletteFound } from '#shared/search-views.ts';

import type { Action } from './actions.ts';
import { sectionsOf } from './entries.ts';

const action = (id: string, words: string, group: Action['group'] = 'app'): Action => ({
  id,
  words,
  group,
  run: () => undefined,
});
const actions = [
  action('archive', 'Archive', 'conversation'),
  action('mark', 'Mark read or unread', 'conversation'),
  action('dark', 'Theme: Dark'),
  action('light', 'Theme: Light'),
];
const found: PaletteFound = {
  people: [{ id: 'p1', name: 'Maria Cruz', role: 'client', conversations: 3 }],
  jobs: [
    { conversation: 'c1', title: 'Kitchen', number: 1, people: ['Maria Cruz'], status: 'open' },
    { conversation: 'c2', title: 'Roof', number: 2, people: ['Maria Cruz'], status: 'open' },
  ],
};
const shown = (query: string, over: Partial<Parameters<typeof sectionsOf>[0]> = {}): string[] =>
  sectionsOf({ query, found, actions, used: [], staff: true, person: false, ...over }).map(
    ({ name, entries }) => `${name}: ${entries.map(({ id }) => id).join(' ')}`,
  );

describe('palette', () => {
  it('[DESK-1] people and jobs come first, with the notes of the best one, and a search of messages last', () => {
    expect(shown('cruz')).toEqual(['people: person-p1', 'jobs: job-c1 notes-c1 job-c2', 'messages: search-messages']);
    expect(shown('cruz', { staff: false })[1]).toBe('jobs: job-c1 job-c2');
  });

  it('[DESK-1] what is the beginning of an action, also with a slip, is found; the exact one comes before people', () => {
    expect(shown('arch')[0]).toBe('actions: do-archive');
    expect(shown('acrhive', { found: { people: [], jobs: [] } })[0]).toBe('actions: do-archive');
    expect(shown('theme')[0]).toBe('actions: do-dark do-light');
  });

  it('[DESK-1] what was used lately comes first, and all there is shows before one types', () => {
    expect(shown('theme', { used: ['light'] })[0]).toBe('actions: do-light do-dark');
    expect(shown('', { used: ['light'] })).toEqual([
      'recent: job-c1 job-c2',
      'conversation: do-archive do-mark',
      'app: do-light do-dark',
    ]);
  });

  it('[DESK-1] of one person only the jobs are shown', () => {
    expect(shown('', { person: true })).toEqual(['jobs: job-c1 job-c2']);
  });
});
