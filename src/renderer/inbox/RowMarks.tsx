import { AtSign, BellOff, CircleCheck, Clock, History, Lock } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { InboxRow as Row } from '#shared/views.ts';

import { shortCount } from '../frame/Rail.tsx';
import { Face } from '../parts/Avatar.tsx';
import { StateIcon } from '../thread/StateIcon.tsx';

function Mark({ words, tone = 'text-n10', children }: { words: string; tone?: string; children: ReactNode }): ReactElement {
  return (
    <span className={`shrink-0 ${tone}`} title={words}>
      {children}
      <span className="sr-only">{words}</span>
    </span>
  );
}

const SMALL = { className: 'size-3', 'aria-hidden': true } as const;

/** Who has it in hand, and its first label, beside the people. */
export function TeamMarks({ row }: { row: Row }): ReactElement | null {
  const { t } = useTranslation();
  const { team } = row;
  if (!team) return null;
  const [label, ...others] = team.labels;
  return (
    <>
      {label !== undefined && (
        <span className="row-label ms-auto flex items-center gap-1" title={team.labels.join(', ')}>
          <bdi className="truncate rounded-sm bg-n4 px-1 text-badge text-n11">{label}</bdi>
          {others.length > 0 && <span className="shrink-0 text-badge">{t('inbox.more', { count: others.length })}</span>}
        </span>
      )}
      {team.assignee && (
        <span
          title={t('inbox.assigned', { name: team.assignee.name })}
          className={`inline-flex shrink-0 ${label === undefined ? 'ms-auto' : '-ms-1'}`}
        >
          <Face person={team.assignee} />
          <span className="sr-only">{t('inbox.assigned', { name: team.assignee.name })}</span>
        </span>
      )}
    </>
  );
}

/** What else a row says, at its end: from the quiet to what needs a person. */
export function RowMarks({ row }: { row: Row }): ReactElement {
  const { t } = useTranslation();
  const { own, team } = row;
  return (
    <>
      {row.locked && (
        <Mark words={t('inbox.locked')}>
          <Lock {...SMALL} />
        </Mark>
      )}
      {team?.resolved && (
        <Mark words={t('inbox.resolved')} tone="text-green">
          <CircleCheck {...SMALL} />
        </Mark>
      )}
      {own.muted && (
        <Mark words={t('inbox.muted')}>
          <BellOff {...SMALL} />
        </Mark>
      )}
      {own.place === 'snoozed' && (
        <Mark words={t('inbox.snoozed')}>
          <Clock {...SMALL} />
        </Mark>
      )}
      {own.back && (
        <Mark words={t('inbox.back')} tone="text-accent-text">
          <History className="size-3.5" aria-hidden="true" />
        </Mark>
      )}
      {row.queued > 0 && (
        <span title={t('inbox.queued', { count: row.queued })}>
          <StateIcon kind={row.last?.own && row.last.state.kind === 'sending' ? 'sending' : 'queued'} />
          <span className="sr-only">{t('inbox.queued', { count: row.queued })}</span>
        </span>
      )}
      {row.mentioned && (
        <Mark words={t('inbox.mentioned')} tone="text-accent-text">
          <AtSign className="size-3.5" strokeWidth={2.5} aria-hidden="true" />
        </Mark>
      )}
      {row.unread > 0 ? (
        <span
          className={`min-w-5 rounded-full px-1.5 text-center text-badge font-semibold tabular-nums forced-colors:border ${own.muted ? 'bg-n4 text-n11' : 'bg-accent text-on-accent'}`}
        >
          <span aria-hidden="true">{shortCount(row.unread)}</span>
          <span className="sr-only">{t('inbox.unread', { count: row.unread })}</span>
        </span>
      ) : (
        own.marked && (
          <span className="me-1.5 size-2 rounded-full bg-accent forced-colors:border-4" title={t('inbox.marked')}>
            <span className="sr-only">{t('inbox.marked')}</span>
          </span>
        )
      )}
    </>
  );
}
