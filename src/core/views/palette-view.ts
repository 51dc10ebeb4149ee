import { folded, ranker, type Ranker } from '#shared/ranking.ts';
import type { PaletteFound } from '#shared/views.ts';

import { parseRecord, readConversation } from '../storage/conversations.ts';
import { conversationsByName, conversationsOf, conversationsOfJob, everybody } from '../storage/search-rows.ts';
import type { ViewContext } from './view-builder.ts';

const PEOPLE = 5;
const JOBS = 8;
/** Of one person. */
const THEIRS = 50;
/** So many weeks ago it is worth half of what it is worth today. */
const WEEKS = 8;

type Scored<T> = { one: T; score: number };

/** The best of many: by what stands in them as typed, and only where that finds few, with initials and slips of the keyboard. */
function bestOf<T>(
  all: readonly T[],
  asked: { query: string; most: number; text: (one: T) => string; weigh: (one: T) => number },
): T[] {
  const { query, most, text, weigh } = asked;
  const typed = folded(query).split(/\s+/u).filter(Boolean);
  const scored = (rank: Ranker, among: readonly T[]): Scored<T>[] =>
    among.flatMap((one) => {
      const score = rank(text(one));
      return score > 0 ? [{ one, score: score + weigh(one) }] : [];
    });
  const plain = all.filter((one) => typed.every((word) => text(one).includes(word)));
  const close = scored(ranker(query, false), plain);
  const found = close.length < most ? scored(ranker(query), all) : close;
  return found
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
  const people = bestOf(everybody(store), { query, most: PEOPLE, text: ({ name }) => folded(name), weigh: () => 0 });
  const conversations = bestOf(conversationsByName(store), {
    query,
    most: JOBS,
    text: ({ search }) => search,
    weigh: ({ at }) => freshness(at),
  });
  const numbered = /^#?(\d+)$/u.exec(query.trim())?.[1];
  const byNumber = numbered === undefined ? [] : conversationsOfJob(store, Number(numbered));
  return {
    people: people.flatMap((one) => {
      const count = conversationsOf(store, one.id, THEIRS).length;
      return count > 0 && one.id !== me ? [{ ...one, conversations: count }] : [];
    }),
    jobs: jobsOf([...new Set([...byNumber, ...conversations].map(({ id }) => id))]),
  };
}
