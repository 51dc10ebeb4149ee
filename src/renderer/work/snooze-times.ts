const HOUR = 3_600_000;
const MORNING = 9;
/** Later than this isn't “later today” any more. */
const EVENING = 21;

export type SnoozeTime = { name: 'later' | 'tomorrow' | 'monday'; at: number };

function morningIn(days: number, now: number): number {
  const date = new Date(now);
  date.setDate(date.getDate() + days);
  date.setHours(MORNING, 0, 0, 0);
  return date.getTime();
}

/** The times that are offered at `now`, by this machine's calendar (ms since 1970). */
export function snoozeTimes(now: number): SnoozeTime[] {
  const later = new Date(now + 3 * HOUR);
  later.setMinutes(later.getMinutes() < 30 ? 0 : 30, 0, 0);
  const isToday = later.getDate() === new Date(now).getDate() && later.getHours() < EVENING;
  // Days until the next Monday; on a Monday the one after.
  const toMonday = (8 - new Date(now).getDay()) % 7 || 7;
  return [
    ...(isToday ? [{ name: 'later' as const, at: later.getTime() }] : []),
    { name: 'tomorrow', at: morningIn(1, now) },
    ...(toMonday > 1 ? [{ name: 'monday' as const, at: morningIn(toMonday, now) }] : []),
  ];
}

const pad = (value: number): string => String(value).padStart(2, '0');

/** What a field for date and time takes: local, without a zone. */
export function fieldValue(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
}
