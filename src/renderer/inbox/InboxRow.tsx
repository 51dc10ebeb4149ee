import { Check, Pin, TriangleAlert } from 'lucide-react';
import { memo, type MouseEvent, type PointerEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { InboxRow as Row } from '#shared/views.ts';

import { RoleMark } from '../parts/RoleMark.tsx';
import { useMoment, useShortTime } from '../parts/use-time.ts';
import { rowLine } from './row-line.ts';
import { RowMarks, TeamMarks } from './RowMarks.tsx';

const TONES = {
  plain: 'text-n11',
  typing: 'text-accent-text',
  draft: 'text-n11',
  'not-sent': 'text-red font-medium',
  removed: 'text-n11 italic',
};

export type InboxRowProps = {
  row: Row;
  id: string;
  selected: boolean;
  focused: boolean;
  picked: boolean;
  /** Some are picked: a click on the box of this one picks it too. */
  picking: boolean;
  /** The list is ordered by who waits longest: the row says since when. */
  waits: boolean;
  place: number;
  total: number;
  onOpen: (conversation: string) => void;
  /** `range`: all up to this one. */
  onPick: (conversation: string, range: boolean) => void;
};

export const InboxRow = memo(function InboxRow({
  row,
  id,
  selected,
  focused,
  picked,
  picking,
  waits,
  place,
  total,
  onOpen,
  onPick,
}: InboxRowProps): ReactElement {
  const { t } = useTranslation();
  const { own } = row;
  const since = waits ? row.waitingSince : null;
  const time = useShortTime(since ?? row.at);
  const returns = useMoment(own.snoozedUntil);
  const line = rowLine(row, t);
  const unread = own.marked || (row.unread > 0 && !own.muted);
  const click = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) {
      event.preventDefault();
      onPick(row.conversation, event.shiftKey);
    } else onOpen(row.conversation);
  };
  /** As a list of the system does: a mouse's button opens as it goes down. What is touched may be scrolled instead. */
  const press = (event: PointerEvent): void => {
    const plain = event.pointerType === 'mouse' && event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey);
    if (plain) onOpen(row.conversation);
  };
  const tone = picked ? 'bg-accent-soft' : selected ? 'bg-accent-tint' : 'hover:bg-n3';
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the listbox has the focus and the keys
    <div
      role="option"
      id={id}
      aria-selected={picking ? picked : selected}
      aria-current={selected}
      aria-posinset={place + 1}
      aria-setsize={total}
      data-conversation={row.conversation}
      data-unread={unread}
      onPointerDown={press}
      onClick={click}
      className={`inbox-row group relative flex h-16 flex-col justify-center pe-4 ${picking ? 'ps-10' : 'ps-4'} ${tone} ${focused ? 'inbox-row-focused' : ''}`}
    >
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- X picks with the keyboard */}
      <span
        aria-hidden="true"
        data-testid="pick"
        onPointerDown={(event) => event.stopPropagation()}
        onClick={(event) => {
          event.stopPropagation();
          onPick(row.conversation, event.shiftKey);
        }}
        className={`absolute inset-y-0 start-0 flex items-center justify-center ${picking ? 'w-10' : 'w-4 opacity-0 group-hover:opacity-100'}`}
      >
        <span
          className={`flex items-center justify-center rounded-xs border ${picking ? 'size-4' : 'size-3'} ${picked ? 'border-accent bg-accent text-on-accent' : 'border-n8 bg-n1'}`}
        >
          {picked && <Check className="size-3" strokeWidth={3} />}
        </span>
      </span>
      <div className="flex items-baseline gap-2">
        <bdi
          className={`one-edge min-w-0 flex-1 truncate text-sm ${unread ? 'font-semibold text-n12' : 'font-medium text-n12'}`}
          title={row.job.title}
        >
          {row.job.title}
        </bdi>
        {own.pinned && (
          <span title={t('inbox.pinned')} className="self-center text-n10">
            <Pin className="size-3" aria-hidden="true" />
            <span className="sr-only">{t('inbox.pinned')}</span>
          </span>
        )}
        {returns !== null ? (
          <span className="shrink-0 text-xs text-n11 tabular-nums">{t('inbox.until', { when: returns })}</span>
        ) : (
          <span
            className={`shrink-0 text-xs tabular-nums ${since !== null ? 'text-amber' : unread ? 'font-medium text-n12' : 'text-n11'}`}
            title={since !== null ? t('inbox.waits') : undefined}
          >
            {time}
            {since !== null && <span className="sr-only">{t('inbox.waits')}</span>}
          </span>
        )}
      </div>
      <div className="flex min-w-0 items-center gap-2 text-xs text-n11">
        {row.people.map((person) => (
          <span key={person.id} className="flex min-w-0 items-center gap-1">
            <RoleMark role={person.role} />
            <bdi className="truncate" title={person.name}>
              {person.name}
            </bdi>
          </span>
        ))}
        {row.more > 0 && <span className="shrink-0">{t('inbox.more', { count: row.more })}</span>}
        <TeamMarks row={row} />
      </div>
      <div className="flex items-center gap-2">
        <span
          className={`flex min-w-0 flex-1 items-center gap-1 text-sm ${unread && line.kind === 'plain' ? 'text-n12' : TONES[line.kind]}`}
        >
          {line.kind === 'not-sent' && <TriangleAlert className="size-3.5 shrink-0" aria-hidden="true" />}
          {line.said === undefined ? (
            <span className="truncate" title={line.kind === 'not-sent' ? line.text : undefined}>
              {line.text}
            </span>
          ) : (
            <>
              <span className="shrink-0">{line.said.lead} </span>
              <bdi className="one-edge min-w-0 flex-1 truncate">{line.said.body}</bdi>
            </>
          )}
        </span>
        <RowMarks row={row} />
      </div>
    </div>
  );
});
