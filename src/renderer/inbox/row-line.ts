import type { TFunction } from 'i18next';

import type { InboxRow } from '#shared/views.ts';

import { eventSentence, firstName, isolate, typingSentence } from '../words/sentences.ts';

/** `said`: the same in two where its end is somebody’s own words, which may run in another direction. */
export type RowLine = {
  kind: 'plain' | 'typing' | 'draft' | 'not-sent' | 'removed';
  text: string;
  said?: { lead: string; body: string };
};

const ONE_LINE = /\s+/gu;

/** The last line of a row: what needs a person first, then what happens now, then what was said last. */
export function rowLine(row: InboxRow, t: TFunction): RowLine {
  const { last } = row;
  if (row.notSent > 0) {
    const why =
      last?.state.kind === 'not-sent' ? t('inbox.notSentWhy', { why: t(`refused.${last.state.rule}`) }) : t('inbox.notSent');
    return { kind: 'not-sent', text: why };
  }
  if (row.typing.length > 0) return { kind: 'typing', text: typingSentence(row.typing, t) };
  if (row.draft !== null && row.draft.trim() !== '')
    return led('draft', row.draft.replace(ONE_LINE, ' '), (text) => t('inbox.draft', { text }));
  if (!last) return { kind: 'plain', text: t('inbox.nothingYet') };
  if (last.event) return { kind: 'plain', text: eventSentence(last.event, last.eventPeople, t) };
  const text = last.removed
    ? t('inbox.removed')
    : last.text.trim() === '' && last.attachments > 0
      ? t('inbox.files', { count: last.attachments })
      : last.text.replace(ONE_LINE, ' ');
  const name = last.own ? t('common.you') : last.author ? isolate(shortName(last.author.name)) : null;
  const kind = last.removed ? 'removed' : 'plain';
  return name === null ? { kind, text } : led(kind, text, (said) => t('inbox.from', { name, text: said }));
}

const LONGEST_NAME = 18;

/** The first name, which leaves room for what was said. */
function shortName(name: string): string {
  const signs = Array.from(firstName(name));
  return signs.length > LONGEST_NAME ? `${signs.slice(0, LONGEST_NAME - 1).join('')}…` : signs.join('');
}

function led(kind: RowLine['kind'], text: string, say: (text: string) => string): RowLine {
  return { kind, text: say(isolate(text)), said: { lead: say('').trimEnd(), body: text } };
}
