import { describe, expect, it } from 'vitest';

import { describe as describeTold, isQuietNow, toTell, withoutWords, type Candidate, type Situation } from './decide.ts';
import { NOTIFY_WORDS } from './words.ts';

const situation: Situation = { enabled: true, notifyAfter: 100, focused: false, open: null, readUpTo: () => 0 };
function candidate(seq: number, changes: Partial<Candidate> = {}): Candidate {
  return {
    conversation: 'c',
    thread: 'all',
    key: `k${seq}`,
    seq,
    acceptedAt: 200,
    authorName: 'Cleo',
    text: `text ${seq}`,
    attachments: 0,
    removed: false,
    mentionsMe: false,
    jobTitle: 'Kitchen tap',
    locked: false,
    ...changes,
  };
}
const told = (arrived: Candidate[], changes: Partial<Situation> = {}): string[] =>
  toTell(arrived, { ...situation, ...changes }).flatMap((group) => group.map((one) => one.text));
const said = (last: Candidate, count = 1) => describeTold({ count, first: 1, last, mentions: last.mentionsMe });

describe('notifications', () => {
  it('[NOTIFY-1] tells of each new message, oldest first', () => {
    expect(told([candidate(2), candidate(1)])).toEqual(['text 1', 'text 2']);
  });
  it('[NOTIFY-1] is silent about what is read, removed, older than this machine, or turned off', () => {
    expect(told([candidate(1, { removed: true }), candidate(2, { acceptedAt: 100 })])).toEqual([]);
    expect(told([candidate(3)], { readUpTo: () => 3 })).toEqual([]);
    expect(told([candidate(3)], { enabled: false })).toEqual([]);
  });
  it('[NOTIFY-1] is silent about the thread in a focused window, and only about that one', () => {
    const open = { conversation: 'c', thread: 'all' } as const;
    expect(told([candidate(1)], { focused: true, open })).toEqual([]);
    expect(told([candidate(1)], { focused: false, open })).toEqual(['text 1']);
    expect(told([candidate(1, { thread: 'team' })], { focused: true, open })).toEqual(['text 1']);
  });
  it('[NOTIFY-1] what is new in a conversation is told in one, which leads to the first of it', () => {
    const groups = toTell([candidate(2), candidate(1), candidate(3, { thread: 'team' })], situation);
    expect(groups.map((group) => group.map((one) => one.seq))).toEqual([[1, 2], [3]]);
    expect(said(candidate(5), 4)).toMatchObject({
      id: 'c/all',
      seq: 1,
      title: '4 new messages · Kitchen tap',
      body: 'Cleo: text 5',
      count: 4,
      quiet: false,
    });
    expect(said(candidate(5, { thread: 'team' }))).toMatchObject({ id: 'c/team', title: 'Cleo · Team notes · Kitchen tap' });
  });
  it('[NOTIFY-1] says when one is mentioned, and what came without words', () => {
    expect(said(candidate(1, { mentionsMe: true })).body).toBe('mentions you: text 1');
    expect(said(candidate(1, { text: '', attachments: 2 })).body).toBe('sent 2 files');
    expect(said(candidate(1, { text: `${'x'.repeat(138)}😀😀` })).body).toBe(`${'x'.repeat(138)}\uFFFD…`);
  });
  it('[NOTIFY-2] nobody answers where nothing can be sent, nor what they can’t read', () => {
    expect(said(candidate(1)).actions).toEqual(['reply', 'read']);
    expect(said(candidate(1, { locked: true })).actions).toEqual(['read']);
    expect(withoutWords(said(candidate(1), 3))).toMatchObject({
      title: 'Trialogue',
      body: '3 new messages for you',
      actions: ['read'],
    });
  });
});

const at = (hours: number, minutes: number): number => new Date(2026, 4, 5, hours, minutes).getTime();
const quiet = (from: string, to: string, now: number): boolean => isQuietNow({ from, to }, now);

describe('quiet hours', () => {
  it('[NOTIFY-1] are from the first time of day until the second, over midnight too', () => {
    expect([
      quiet('12:00', '13:30', at(12, 0)),
      quiet('12:00', '13:30', at(13, 29)),
      quiet('12:00', '13:30', at(13, 30)),
    ]).toEqual([true, true, false]);
    expect([quiet('22:00', '07:00', at(23, 59)), quiet('22:00', '07:00', at(6, 59)), quiet('22:00', '07:00', at(7, 0))]).toEqual([
      true,
      true,
      false,
    ]);
    expect(isQuietNow(null, at(3, 0))).toBe(false);
  });
});

it('[DESK-3] notifications speak the language of the app', () => {
  const told = { first: 1, mentions: true };
  const last = candidate(1, { text: '', attachments: 2, thread: 'team' });
  const words = NOTIFY_WORDS;
  expect(describeTold({ ...told, count: 1, last }, words.fil).body).toBe('na-mention ka: nagpadala ng 2 file');
  expect(describeTold({ ...told, count: 1, last }, words.ar).body).toBe('أشار إليك: أرسل ملفين');
  expect([2, 3, 11].map((count) => describeTold({ ...told, count, last }, words.ar).title.split(' · ')[0])).toEqual([
    'رسالتان جديدتان',
    '3 رسائل جديدة',
    '11 رسالة جديدة',
  ]);
});
