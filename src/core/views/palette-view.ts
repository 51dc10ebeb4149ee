import { folded, ranker } from '#shared/ranking.ts';
import type { PaletteFound } from '#shared/search-views.ts';

import { parseRecord, readConversation } from '../storage/conversations.ts';
import {
  conversationsByName,
  conversationsOf,
  conversationsOfJob,
  countConversationsOf,
  everybody,
} from '../storage/search-rows.ts';
import type { ViewContext } from './view-builder.ts';

const PEOPLE = 5;
const JOBS = 8;
/** Of one person. */
const THEIRS = 50;
/** So many weeks ago it is worth half of what it is worth today. */
const WEEKS = 8;

/** The newest of so many are ranked. */
const RANKED = 2_000;
/** With fewer than that, initials and slips of the keyboard are looked for as well. */
const FEW = 3;

/** The best of these, by `rank` and what they are worth for themselves. */
function bestOf<T>(all: readonly T[], most: number, rank: (one: T) => number, worth: (one: T) => number): T[] {
  return all
    .flatMap((one) => {
      const score = rank(one);
      return score > 0 ? [{ one, score: score + worth(one) }] : [];
    })
    .toSorted((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ one }) => one);
}

/** What of this machine’s people and conversations is meant by a few letters; with `person`, the conversations of that person. */
export function findForPalette(
  { store, me }: ViewContext,
  asked: { query: string; person: string | null; now: number },
): PaletteFound {
  const jobOf = (id: string): PaletteFound['jobs'][number] | null => {
    const record = readConversation(store, id);
    if (!record) return null;
    const people = record.participants.filter(({ account }) => account !== me).map(({ name }) => name);
    return { conversation: id, title: record.job.title, number: record.job.number, people, status: record.job.status };
  };
  const jobsOf = (ids: readonly string[]): PaletteFound['jobs'] => ids.flatMap((id) => jobOf(id) ?? []);
  const { query, person, now } = asked;
  if (person !== null) {
    const theirs = conversationsOf(store, person, THEIRS);
    const rank = ranker(query);
    const fitting = theirs.filter(({ record }) => query.trim() === '' || rank(folded(parseRecord(record).job.title)) > 0);
    return { people: [], jobs: jobsOf(fitting.map(({ id }) => id)) };
  }
  const freshness = (at: number): number => 10 / (1 + (now - at) / (WEEKS * 7 * 86_400_000));
  const typed = folded(query)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  const named = (guesses: boolean): { id: string }[] => {
    const rank = ranker(query, guesses);
    const among = conversationsByName(store, guesses ? [] : typed, RANKED);
    return bestOf(
      among,
      JOBS,
      ({ search }) => rank(search),
      ({ at }) => freshness(at),
    );
  };
  const exact = named(false);
  const conversations = exact.length < FEW ? [...exact, ...named(true)] : exact;
  const rankName = ranker(query);
  const people = bestOf(
    everybody(store),
    PEOPLE,
    ({ name }) => rankName(folded(name)),
    () => 0,
  ).filter(({ id }) => id !== me);
  const counts = countConversationsOf(store, people);
  const numbered = /^#?(\d+)$/u.exec(query.trim())?.[1];
  const byNumber = numbered === undefined ? [] : conversationsOfJob(store, Number(numbered));
  return {
    people: people.flatMap((one, place) => (counts[place] ? [{ ...one, conversations: counts[place] }] : [])),
    jobs: jobsOf([...new Set([...byNumber, ...conversations].map(({ id }) => id))].slice(0, JOBS)),
  };
}
