import { describe, expect, it } from 'vitest';

import { decideNotifications, isQuietNow, type Candidate, type Situation } from './decide.ts';

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
    ...changes,
  };
}
const told = (arrived: Candidate[], changes: Partial<Situation> = {}): string[] =>
  decideNotifications(arrived, { ...situation, ...changes }).map((one) => one.notification.body);

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
  it('[NOTIFY-1] more than three at once in a conversation are told in one', () => {
    const many = [1, 2, 3, 4, 5].map((seq) => candidate(seq));
    const [decision, ...rest] = decideNotifications([...many, candidate(1, { conversation: 'd' })], situation);
    expect(decision!.notification).toMatchObject({ title: '5 new messages · Kitchen tap', body: 'Cleo: text 5', seq: 5 });
    expect(rest.map((one) => one.notification.conversation)).toEqual(['d']);
  });
  it('[NOTIFY-1] says when one is mentioned, and what came without words', () => {
    expect(told([candidate(1, { mentionsMe: true })])).toEqual(['mentions you: text 1']);
    expect(told([candidate(1, { text: '', attachments: 2 })])).toEqual(['sent 2 files']);
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
