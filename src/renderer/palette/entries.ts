import { folded, ranker } from '#shared/ranking.ts';
import type { PaletteFound } from '#shared/search-views.ts';

import type { Action, ActionGroup } from './actions.ts';

type Person = PaletteFound['people'][number];
type Job = PaletteFound['jobs'][number];

export type Entry =
  | { kind: 'action'; id: string; action: Action }
  | { kind: 'person'; id: string; person: Person }
  | { kind: 'job'; id: string; job: Job; notes: boolean }
  | { kind: 'search'; id: string; query: string };

export type Section = { name: ActionGroup | 'recent' | 'people' | 'jobs' | 'actions' | 'messages'; entries: Entry[] };

/** An action that was used lately is worth so much more. */
const RECENT = 12;
/** From here on somebody typed the beginning of an action, and means it. */
const MEANT = 40;
const MOST = 6;

const actionEntry = (action: Action): Entry => ({ kind: 'action', id: `do-${action.id}`, action });
const jobEntry = (job: Job, notes = false): Entry => ({
  kind: 'job',
  id: `${notes ? 'notes' : 'job'}-${job.conversation}`,
  job,
  notes,
});

/** Actions that fit, the best first. */
export function fittingActions(
  actions: readonly Action[],
  query: string,
  used: readonly string[],
): { action: Action; score: number }[] {
  const rank = ranker(query);
  return actions
    .flatMap((action) => {
      const score = rank(folded(action.words));
      return score > 0 ? [{ action, score: score + (used.includes(action.id) ? RECENT : 0) }] : [];
    })
    .toSorted((a, b) => b.score - a.score);
}

const GROUPS = ['conversation', 'go', 'app'] as const;

/**
 * What the palette shows, in its order. `found` is of `query`, or what was opened last while nothing is typed. `staff`: who may read
 * notes. `person`: whose conversations alone are looked at.
 */
export function sectionsOf(asked: {
  query: string;
  found: PaletteFound;
  actions: readonly Action[];
  used: readonly string[];
  staff: boolean;
  person: boolean;
}): Section[] {
  const { query, found, actions, used, staff, person } = asked;
  const jobs = found.jobs.map((job) => jobEntry(job));
  if (person) return [{ name: 'jobs' as const, entries: jobs }].filter(({ entries }) => entries.length > 0);
  if (query.trim() === '') {
    const byUse = (action: Action): number => (used.includes(action.id) ? used.indexOf(action.id) : used.length);
    return [
      { name: 'recent' as const, entries: jobs },
      ...GROUPS.map((name) => ({
        name,
        entries: actions
          .filter(({ group }) => group === name)
          .toSorted((a, b) => (name === 'conversation' ? 0 : byUse(a) - byUse(b)))
          .map(actionEntry),
      })),
    ].filter(({ entries }) => entries.length > 0);
  }
  const fitting = fittingActions(actions, query, used);
  const done: Section = { name: 'actions', entries: fitting.slice(0, MOST).map(({ action }) => actionEntry(action)) };
  const [first] = found.jobs;
  const places: Section[] = [
    { name: 'people', entries: found.people.map((one): Entry => ({ kind: 'person', id: `person-${one.id}`, person: one })) },
    { name: 'jobs', entries: first && staff ? [jobs[0]!, jobEntry(first, true), ...jobs.slice(1)] : jobs },
  ];
  const meant = (fitting[0]?.score ?? 0) >= MEANT;
  const search: Section = { name: 'messages', entries: [{ kind: 'search', id: 'search-messages', query: query.trim() }] };
  return [...(meant ? [done, ...places] : [...places, done]), search].filter(({ entries }) => entries.length > 0);
}
