import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { PaletteFound } from '#shared/search-views.ts';

import { putConversation } from '../storage/conversations.ts';
import { openStore, type Store } from '../storage/database.ts';
import { writeSession } from '../storage/session.ts';
import { ME, NOW, record, session } from '../testing/fake-server.ts';
import { temporaryFolder } from '../testing/test-platform.ts';
import { findForPalette } from './palette-view.ts';

let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
const base = record();
const other = base.participants.find(({ account }) => account !== ME)!;
const jobs = ['Kitchen tap', 'Roof repair', '修理厨房水龙头'].map((title, place) => {
  const id = base.id.slice(0, -1) + String(place);
  return { ...base, id, number: 100 + place, job: { ...base.job, title, number: 500 + place } };
});
beforeEach(() => {
  folder = temporaryFolder();
  store = openStore(folder.path);
  store.transact(() => {
    writeSession(store, session());
    for (const job of jobs) putConversation(store, job, ME);
  });
});
afterEach(() => {
  store.close();
  folder.remove();
});

const find = (query: string, person: string | null = null): PaletteFound =>
  findForPalette({ store, me: ME, sending: () => false, typing: () => [] }, { query, person, now: NOW });
const titles = (query: string, person: string | null = null): string[] => find(query, person).jobs.map(({ title }) => title);

describe('what the palette finds on this machine', () => {
  it('[DESK-1] jobs by words, beginnings, initials, a slip, their number, and any part where nobody writes spaces', () => {
    expect(titles('kitch')).toEqual(['Kitchen tap']);
    expect(titles('kichen')).toEqual(['Kitchen tap']);
    expect(titles('rr')[0]).toBe('Roof repair');
    expect(titles('水龙')).toEqual(['修理厨房水龙头']);
    expect(titles('#501')).toEqual(['Roof repair']);
    expect(find('zzz')).toEqual({ people: [], jobs: [] });
  });

  it('[DESK-1] people who take part in something here, never oneself, and then what they take part in', () => {
    const [first] = find(other.name).people;
    expect(first).toMatchObject({ id: other.account, name: other.name, conversations: 3 });
    const mine = base.participants.find(({ account }) => account === ME);
    expect(mine && find(mine.name).people.some(({ id }) => id === ME)).toBe(false);
    expect(titles('', other.account)).toHaveLength(3);
    expect(titles('roof', other.account)).toEqual(['Roof repair']);
  });
});
