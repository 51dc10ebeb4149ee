import { describe, expect, it } from 'vitest';

import type { InboxRow } from '#shared/views.ts';

import { createWords } from '../i18n.ts';
import { clientOf, ME, workerOf } from '../testing/fake-data.ts';
import { NO_MARKS } from '../testing/fake-marks.ts';
import { rowLine } from './row-line.ts';
import { rowShift } from './row-shift.ts';

const { t } = createWords('en');
const last: NonNullable<InboxRow['last']> = {
  author: clientOf(0),
  own: false,
  text: 'See\nyou',
  attachments: 0,
  removed: false,
  event: null,
  eventPeople: [],
  state: { kind: 'sent' },
};
const row = (over: Partial<InboxRow> = {}): InboxRow => ({
  conversation: 'c',
  job: {
    title: 'Sink',
    status: 'open',
  },
  people: [clientOf(0), workerOf(0)],
  more: 0,
  at: 0,
  unread: 0,
  last,
  mentioned: false,
  queued: 0,
  notSent: 0,
  draft: null,
  typing: [],
  locked: false,
  waitingSince: null,
  own: NO_MARKS,
  team: null,
  ...over,
});
/** Without the marks that isolate names. */
const line = (over: Partial<InboxRow>): { kind: string; text: string } => {
  const { kind, text } = rowLine(row(over), t);
  return { kind, text: text.replaceAll(/[\u2068\u2069]/g, '') };
};

describe('last line of a row of the inbox', () => {
  it('[INBOX-1] says who wrote last, on one line', () => {
    expect(line({})).toEqual({ kind: 'plain', text: 'Maria: See you' });
    expect(line({ last: { ...last, author: ME, own: true } }).text).toBe('You: See you');
    expect(line({ last: null }).text).toBe('No messages yet');
  });

  it('[INBOX-1] says what is not sent before who types, and that before a draft', () => {
    const busy = { typing: [clientOf(0)], draft: 'I can' };
    expect(line({ ...busy, notSent: 1, last: { ...last, own: true, state: { kind: 'not-sent', rule: 'closed' } } }).text).toBe(
      'Not sent: nobody can write here now. You can copy the text or discard it.',
    );
    expect(line({ ...busy, notSent: 1 })).toEqual({ kind: 'not-sent', text: 'Not sent' });
    expect(line(busy)).toEqual({ kind: 'typing', text: 'Maria is typing…' });
    expect(line({ draft: 'I\ncan' })).toEqual({ kind: 'draft', text: 'Draft: I can' });
    expect(line({ draft: '  ' }).kind).toBe('plain');
  });

  it('[INBOX-1] has words for files, removed messages and events', () => {
    expect(line({ last: { ...last, text: '', attachments: 2 } }).text).toBe('Maria: 2 files');
    expect(line({ last: { ...last, text: 'gone', removed: true } })).toEqual({ kind: 'removed', text: 'Maria: Message removed' });
    const event = { type: 'job-status', from: 'open', to: 'scheduled', by: clientOf(0).id } as const;
    expect(line({ last: { ...last, author: null, event, eventPeople: [clientOf(0)] } }).text).toBe(
      'Maria Cruz changed the job from Open to Scheduled',
    );
  });
});

const page = (...names: string[]): { pages: Map<number, InboxRow[]> } => ({
  pages: new Map([[0, names.map((conversation) => row({ conversation }))]]),
});
const seen = (...names: string[]): { index: number; row: InboxRow }[] =>
  names.map((conversation, index) => ({ index, row: row({ conversation }) }));

describe('rows that move', () => {
  it('[INBOX-1] the list stays with most of its rows when one of them jumps to the top', () => {
    expect(rowShift(seen('a', 'b', 'c', 'd'), page('x', 'a', 'b', 'c', 'd'))).toBe(1);
    expect(rowShift(seen('a', 'b', 'c', 'd'), page('d', 'a', 'b', 'c'))).toBe(1);
    expect(rowShift(seen('a', 'b'), page('a', 'b'))).toBe(0);
    expect(rowShift([], page('a'))).toBe(0);
  });
});
