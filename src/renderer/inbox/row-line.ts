import type { TFunction } from 'i18next';

import type { InboxRow } from '#shared/views.ts';

import { eventSentence, firstName, isolate, typingSentence } from '../words/sentences.ts';

export type RowLine = { kind: 'plain' | 'typing' | 'draft' | 'not-sent' | 'removed'; text: string };

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
    return { kind: 'draft', text: t('inbox.draft', { text: row.draft.replace(ONE_LINE, ' ') }) };
  if (!last) return { kind: 'plain', text: t('inbox.nothingYet') };
  if (last.event) return { kind: 'plain', text: eventSentence(last.event, last.eventPeople, t) };
  const text = last.removed
    ? t('inbox.removed')
    : last.text.trim() === '' && last.attachments > 0
      ? t('inbox.files', { count: last.attachments })
      : last.text.replace(ONE_LINE, ' ');
  const name = last.own ? t('common.you') : last.author ? isolate(firstName(last.author.name)) : null;
  return {
    kind: last.removed ? 'removed' : 'plain',
    text: name === null ? text : t('inbox.from', { name, text: isolate(text) }),
  };
}
