import type { PersonView, TeamView } from '#shared/views.ts';
import type { OwnMarks } from '#shared/work-list.ts';

export const NO_MARKS: OwnMarks = {
  place: 'inbox',
  pinned: false,
  muted: false,
  marked: false,
  snoozedUntil: null,
  back: false,
};

/** What stands on the rows before anybody did anything: some of everything. */
export function firstMarks(number: number, now: number): OwnMarks {
  return {
    ...NO_MARKS,
    pinned: number === 0,
    muted: number === 6,
    marked: number === 7,
    back: number === 2,
    ...(number === 9 ? { place: 'snoozed', snoozedUntil: now + 86_400_000 } : {}),
  };
}

export function firstTeam(number: number, [first, second]: readonly [PersonView, PersonView]): TeamView {
  return {
    assignee: number % 4 === 0 ? first : number % 4 === 1 ? second : null,
    labels: number % 5 === 0 ? ['Urgent', 'Waiting for parts'] : number % 7 === 2 ? ['Insurance'] : [],
    resolved: null,
    waiting: false,
  };
}
