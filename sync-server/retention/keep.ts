import { AppError } from '#shared/errors.ts';

const KEEP = /^([1-9]\d{0,3})(d|mo|y)$/;

/** How long messages are kept, such as `90d`, `24mo` or `7y`: as it is written. @throws AppError bad-request */
export function readKeep(option: string, text: string): string {
  if (!KEEP.test(text)) {
    throw new AppError(
      'bad-request',
      `${option} takes a number with d (days), mo (months) or y (years), such as 24mo; not "${text}".`,
    );
  }
  return text;
}

/** Messages from before this are no longer kept. Months and years are those of the calendar, in UTC. */
export function keptSince(keep: string, now: Date): Date {
  const [, count, unit] = KEEP.exec(keep)!;
  const since = new Date(now);
  const back = Number(count);
  if (unit === 'd') {
    since.setUTCDate(since.getUTCDate() - back);
    return since;
  }
  const day = since.getUTCDate();
  since.setUTCDate(1);
  since.setUTCMonth(since.getUTCMonth() - (unit === 'y' ? 12 * back : back));
  const days = new Date(Date.UTC(since.getUTCFullYear(), since.getUTCMonth() + 1, 0)).getUTCDate();
  since.setUTCDate(Math.min(day, days));
  return since;
}
