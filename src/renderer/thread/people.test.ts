import { describe, expect, it } from 'vitest';

import { matchPeople, mentionedIn, mentionQuery } from './people.ts';

const ana = { id: '1', name: 'Ana Reyes', role: 'staff' as const };
const anaLong = { id: '2', name: 'Ana Reyes-Cruz', role: 'client' as const };
const twin = { id: '3', name: 'Ana Reyes', role: 'worker' as const };
const soren = { id: '4', name: 'Søren Ågård', role: 'client' as const };

describe('mentions', () => {
  it('[THREAD-4] knows when a name is being written behind an @', () => {
    expect(mentionQuery('Hello @an', 9)).toEqual({ start: 6, query: 'an' });
    expect(mentionQuery('@', 1)).toEqual({ start: 0, query: '' });
    expect(mentionQuery('me@example', 10)).toBeNull();
    expect(mentionQuery('@Ana says hello to', 18)).toBeNull();
  });

  it('[THREAD-4] finds people by any word of their name, without regard to accents', () => {
    expect(matchPeople([ana, soren], 'agard')).toEqual([soren]);
    expect(matchPeople([ana, soren], 'rey')).toEqual([ana]);
    expect(matchPeople([ana, soren], '')).toHaveLength(2);
  });

  it('[THREAD-4] mentions the whole name that stands there, and of two with one name the one that was picked', () => {
    expect(mentionedIn('@Ana Reyes-Cruz hi', [ana, anaLong], new Set()).map(({ id }) => id)).toEqual(['2']);
    expect(mentionedIn('@Ana Reyes and @Ana Reyes-Cruz', [ana, anaLong], new Set()).map(({ id }) => id)).toEqual(['1', '2']);
    expect(mentionedIn('@Ana Reyes', [ana, twin], new Set(['3'])).map(({ id }) => id)).toEqual(['3']);
    expect(mentionedIn('Ana Reyes', [ana], new Set(['1']))).toEqual([]);
  });
});
