const HOUR_MS = 3_600_000;
const MORNING = 8;

/** Until when notifications can be paused, from `now` on (ms since 1970), by this machine's calendar. */
export function pauseTimes(now: number): { hour: number; tomorrow: number } {
  const tomorrow = new Date(now);
  tomorrow.setDate(tomorrow.getDate() + 1);
  tomorrow.setHours(MORNING, 0, 0, 0);
  return { hour: now + HOUR_MS, tomorrow: tomorrow.getTime() };
}
