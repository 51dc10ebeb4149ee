import { describe, expect, it } from 'vitest';

import type { SyncStatus } from '#shared/app-views.ts';

import { createWords } from '../i18n.ts';
import { eventSentence, statusKind, statusLine, typingSentence } from './sentences.ts';
import { shortTime } from './times.ts';

const { t } = createWords('en');
const NOW = new Date(2026, 10, 22, 15, 0).getTime();
const status = (over: Partial<SyncStatus>): SyncStatus => ({
  connection: { kind: 'online' },
  queued: 0,
  notSent: 0,
  waitingSince: null,
  lastSyncedAt: NOW,
  firstSync: null,
  storage: null,
  ...over,
});
const said = (over: Partial<SyncStatus>): string | null =>
  statusLine(status(over), { now: NOW, onlineSince: NOW - 60_000 }, t, 'en-GB');

const say = (...names: string[]): string =>
  typingSentence(
    names.map((name) => ({ name })),
    t,
  ).replaceAll(/[\u2068\u2069]/g, '');
const changed = (what: ('title' | 'location' | 'startsOn')[]): string =>
  eventSentence({ type: 'job-changed', what, by: null }, [], t);

describe('words', () => {
  it('[SYNC-3] the bar is silent while all is well and says since when one is offline and what waits', () => {
    expect(said({})).toBeNull();
    expect(said({ connection: { kind: 'connecting', since: NOW } })).toBeNull();
    const offline = { kind: 'offline', since: new Date(2026, 10, 22, 14, 2).getTime() } as const;
    expect(said({ connection: offline, queued: 3 })).toBe('Offline since 14:02. 3 replies wait.');
    expect(said({ connection: offline, queued: 1, notSent: 1 })).toBe(
      'Offline since 14:02. 1 reply waits. 1 reply was not sent.',
    );
    expect(said({ notSent: 2 })).toBe('2 replies were not sent.');
    expect(said({ connection: { kind: 'signed-out', reason: 'ended' }, queued: 1 })).toBe(
      'Your session ended. Sign in to go on. 1 reply waits.',
    );
  });

  it('[SYNC-3] a reply that the server does not confirm is told of after 15 s, and not right after coming back', () => {
    const waits = { queued: 1, waitingSince: NOW - 20_000 };
    expect(said(waits)).toBe('The server has not confirmed 1 reply yet. It is kept here and sent until it is.');
    expect(said({ ...waits, waitingSince: NOW - 1_000 })).toBeNull();
    expect(statusLine(status(waits), { now: NOW, onlineSince: NOW - 1_000 }, t, 'en-GB')).toBeNull();
  });

  it('[SYNC-3] what hurts most is the status', () => {
    const offline = { kind: 'offline', since: NOW } as const;
    expect(statusKind(status({ connection: offline, storage: { code: 'storage-full', message: 'Full.' } }))).toBe('storage');
    expect(statusKind(status({ connection: offline, notSent: 1 }))).toBe('offline');
    expect(statusKind(status({ notSent: 1 }))).toBe('failing');
    expect(statusKind(status({ connection: { kind: 'signed-out', reason: 'account-disabled' } }))).toBe('disabled');
  });

  it('[THREAD-6] names who is typing', () => {
    expect(say()).toBe('');
    expect(say('Ana Reyes')).toBe('Ana is typing…');
    expect(say('Ana Reyes', 'Ben')).toBe('Ana and Ben are typing…');
    expect(say('Ana', 'Ben', 'Cy')).toBe('Ana, Ben and 1 other are typing…');
  });

  it('[IMPORT-3] what an imported platform said of itself is shown in its own words', () => {
    const sentence = eventSentence({ type: 'note', text: 'Work has started', by: null }, [], t);
    expect(sentence.replaceAll(/[\u2068\u2069]/g, '')).toBe('Work has started');
  });

  it('[JOB-3] says what of a job is another', () => {
    expect(changed(['startsOn'])).toBe('The job has another start date');
    expect(changed(['title', 'location'])).toBe('The job has another description');
  });

  it('[INBOX-1] tells times by the calendar: now, minutes, a time, yesterday, a weekday, a date', () => {
    const short = (at: number): string => shortTime(at, NOW, t, 'en-GB');
    expect(short(NOW - 20_000)).toBe('now');
    expect(short(NOW - 12 * 60_000)).toBe('12 min');
    expect(short(new Date(2026, 10, 22, 9, 5).getTime())).toBe('09:05');
    expect(short(new Date(2026, 10, 21, 23, 59).getTime())).toBe('Yesterday');
    expect(short(new Date(2026, 10, 18).getTime())).toBe('Wed');
    expect(short(new Date(2026, 0, 3).getTime())).toBe('3 Jan');
    expect(short(new Date(2025, 0, 3).getTime())).toBe('3 Jan 2025');
  });
});
