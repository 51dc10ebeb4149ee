import { AtSign, Lock, TriangleAlert } from 'lucide-react';
import { memo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { InboxRow as Row } from '#shared/views.ts';

import { shortCount } from '../frame/Rail.tsx';
import { RoleMark } from '../parts/RoleMark.tsx';
import { useShortTime } from '../parts/use-time.ts';
import { StateIcon } from '../thread/StateIcon.tsx';
import { rowLine } from './row-line.ts';

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
  place: number;
  total: number;
  onOpen: (conversation: string) => void;
};

function Marks({ row }: { row: Row }): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      {row.locked && (
        <span className="text-n10">
          <Lock className="size-3" aria-hidden="true" />
          <span className="sr-only">{t('inbox.locked')}</span>
        </span>
      )}
      {row.queued > 0 && (
        <span title={t('inbox.queued', { count: row.queued })}>
          <StateIcon kind={row.last?.own && row.last.state.kind === 'sending' ? 'sending' : 'queued'} />
          <span className="sr-only">{t('inbox.queued', { count: row.queued })}</span>
        </span>
      )}
      {row.mentioned && (
        <span className="text-accent-text" title={t('inbox.mentioned')}>
          <AtSign className="size-3.5" strokeWidth={2.5} aria-hidden="true" />
          <span className="sr-only">{t('inbox.mentioned')}</span>
        </span>
      )}
      {row.unread > 0 && (
        <span className="min-w-5 rounded-full bg-accent px-1.5 text-center text-badge font-semibold text-on-accent tabular-nums">
          <span aria-hidden="true">{shortCount(row.unread)}</span>
          <span className="sr-only">{t('inbox.unread', { count: row.unread })}</span>
        </span>
      )}
    </>
  );
}

export const InboxRow = memo(function InboxRow({
  row,
  id,
  selected,
  focused,
  place,
  total,
  onOpen,
}: InboxRowProps): ReactElement {
  const { t } = useTranslation();
  const time = useShortTime(row.at);
  const line = rowLine(row, t);
  const unread = row.unread > 0;
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the listbox has the focus and the keys
    <div
      role="option"
      id={id}
      aria-selected={selected}
      aria-posinset={place + 1}
      aria-setsize={total}
      data-conversation={row.conversation}
      data-unread={unread}
      onClick={() => onOpen(row.conversation)}
      className={`inbox-row relative flex h-16 flex-col justify-center px-4 ${selected ? 'bg-accent-tint' : 'hover:bg-n3'} ${focused ? 'inbox-row-focused' : ''}`}
    >
      <div className="flex items-baseline gap-2">
        <bdi
          className={`one-edge min-w-0 flex-1 truncate text-sm ${unread ? 'font-semibold text-n12' : 'font-medium text-n12'}`}
          title={row.job.title}
        >
          {row.job.title}
        </bdi>
        <span className={`shrink-0 text-xs tabular-nums ${unread ? 'font-medium text-n12' : 'text-n11'}`}>{time}</span>
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
      </div>
      <div className="flex items-center gap-2">
        <span
          className={`flex min-w-0 flex-1 items-center gap-1 text-sm ${unread && line.kind === 'plain' ? 'text-n12' : TONES[line.kind]}`}
        >
          {line.kind === 'not-sent' && <TriangleAlert className="size-3.5 shrink-0" aria-hidden="true" />}
          <span className="truncate" title={line.kind === 'not-sent' ? line.text : undefined}>
            {line.text}
          </span>
        </span>
        <Marks row={row} />
      </div>
    </div>
  );
});
