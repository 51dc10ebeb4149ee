import { memo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { useSlice } from '../state/app.ts';
import { eventSentence } from '../words/sentences.ts';
import { clockTime, dayName } from '../words/times.ts';
import { MessageRow, type MessageRowProps } from './MessageRow.tsx';
import type { ThreadRow } from './thread-rows.ts';

function useDayName(at: number): string {
  const { t, i18n } = useTranslation();
  return useSlice('clock', (clock) => dayName(at, clock.now, t, i18n.language));
}

function Day({ at }: { at: number }): ReactElement {
  const name = useDayName(at);
  return (
    <div className="flex items-center gap-3 px-6 pt-4 pb-1">
      <span className="h-px flex-1 bg-n5" />
      <span className="text-xs font-medium text-n11">{name}</span>
      <span className="h-px flex-1 bg-n5" />
    </div>
  );
}

function Start({ loading }: { loading: boolean }): ReactElement {
  const { t } = useTranslation();
  const isTeam = useSlice('thread', ({ shown }) => shown.kind === 'open' && shown.place.thread === 'team');
  const said = loading ? t('thread.olderComing') : isTeam ? t('thread.startNotes') : t('thread.start');
  return <p className="px-6 pt-6 pb-2 text-center text-xs text-n11">{said}</p>;
}

/** The day of what is at the top of the list, over it. */
export function StickyDay({ at }: { at: number }): ReactElement {
  const name = useDayName(at);
  return (
    <div
      className="pointer-events-none absolute inset-x-0 top-2 z-10 flex justify-center"
      aria-hidden="true"
      data-testid="floating-day"
    >
      <span className="rounded-full border border-n5 bg-n1 px-3 py-0.5 text-xs font-medium text-n11 shadow-low">{name}</span>
    </div>
  );
}

export const ThreadRowView = memo(function ThreadRowView({
  row,
  ...rest
}: { row: ThreadRow } & Omit<MessageRowProps, 'row'>): ReactElement {
  const { t, i18n } = useTranslation();
  switch (row.kind) {
    case 'start':
      return <Start loading={row.loading} />;
    case 'day':
      return <Day at={row.at} />;
    case 'unread':
      return (
        <div data-testid="unread-divider" className="flex items-center gap-3 px-6 pt-3 pb-1">
          <span className="h-px flex-1 bg-accent" />
          <span className="text-xs font-semibold text-accent-text">{t('thread.unread', { count: row.count })}</span>
        </div>
      );
    case 'event':
      return (
        <p data-testid="event" className="ps-16 pe-6 pt-3 pb-1 text-xs text-n11">
          {eventSentence(row.item.event, row.item.people, t)}{' '}
          <span className="tabular-nums">· {clockTime(row.at, i18n.language)}</span>
        </p>
      );
    case 'message':
      return <MessageRow row={row} {...rest} />;
  }
});
