import type { TFunction } from 'i18next';

const MINUTE = 60_000;

/** Whether two instants fall on the same day of this person's calendar. */
export function sameDay(a: number, b: number): boolean {
  const [x, y] = [new Date(a), new Date(b)];
  return x.getFullYear() === y.getFullYear() && x.getMonth() === y.getMonth() && x.getDate() === y.getDate();
}

function dayNumber(date: Date): number {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
}

/** Days between two instants by the calendar, not by 24 hours. */
export function daysBetween(earlier: number, later: number): number {
  const [x, y] = [new Date(earlier), new Date(later)];
  return Math.round((dayNumber(y) - dayNumber(x)) / 86_400_000);
}

/** Making a format takes longer than painting a row: one of each is kept. They say the same whenever they are made. */
const formats = new Map<string, Intl.DateTimeFormat>();

function format(at: number, language: string, options: Intl.DateTimeFormatOptions): string {
  const name = `${language} ${JSON.stringify(options)}`;
  const known = formats.get(name) ?? new Intl.DateTimeFormat(language, options);
  formats.set(name, known);
  return known.format(at);
}

export function clockTime(at: number, language: string): string {
  return format(at, language, { hour: '2-digit', minute: '2-digit' });
}

/** Short and true at `now`: “now”, “12 min”, a time, “Yesterday”, a weekday, a date. */
export function shortTime(at: number, now: number, t: TFunction, language: string): string {
  const age = now - at;
  if (age < MINUTE && age > -MINUTE) return t('time.now');
  if (age > 0 && age < 60 * MINUTE) return t('time.minutes', { count: Math.floor(age / MINUTE) });
  const days = daysBetween(at, now);
  if (days === 0) return clockTime(at, language);
  if (days === 1) return t('time.yesterday');
  if (days > 1 && days < 7) return format(at, language, { weekday: 'short' });
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(
    at,
    language,
    sameYear ? { day: 'numeric', month: 'short' } : { day: 'numeric', month: 'short', year: 'numeric' },
  );
}

export function dayName(at: number, now: number, t: TFunction, language: string): string {
  const days = daysBetween(at, now);
  if (days === 0) return t('time.today');
  if (days === 1) return t('time.yesterday');
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(at, language, { weekday: 'long', day: 'numeric', month: 'long', ...(sameYear ? {} : { year: 'numeric' }) });
}

/** A moment with its day when that isn't today. */
export function moment(at: number, now: number, language: string): string {
  return sameDay(at, now)
    ? clockTime(at, language)
    : format(at, language, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
}

export function fullTime(at: number, language: string): string {
  return format(at, language, { dateStyle: 'full', timeStyle: 'short' });
}
