import { AtSign, Inbox, MailOpen } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { INBOX_FILTERS } from '#shared/views.ts';

import { IconButton } from '../parts/Button.tsx';
import { Emblem } from '../sign-in/Emblem.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { MeMenu } from './MeMenu.tsx';
import { StatusMark } from './StatusMark.tsx';
import { useStatusKind } from './use-status-kind.ts';

const ICONS = { all: Inbox, unread: MailOpen, mentions: AtSign };

/** 1,200 conversations don't fit beside an icon. */
export function shortCount(count: number): string {
  return count > 999 ? `${Math.floor(count / 1_000)}k` : String(count);
}

export function Rail(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const filter = useSlice('inbox', (state) => state.filter);
  const counts = useSlice('inbox', (state) => state.counts);
  const kind = useStatusKind();
  return (
    <nav aria-label={t('view.label')} className="flex w-14 shrink-0 flex-col items-center gap-2 border-e border-n5 bg-n2 py-3">
      <div className="mb-2">
        <Emblem small />
      </div>
      {INBOX_FILTERS.map((view) => {
        const Icon = ICONS[view];
        const count = view === 'all' ? 0 : counts[view];
        const name = count > 0 ? `${t(`view.${view}`)}, ${t('view.countedUnread', { count })}` : t(`view.${view}`);
        return (
          <IconButton
            key={view}
            label={name}
            side="inline-end"
            aria-current={view === filter}
            className="relative size-10 aria-[current=true]:bg-accent-soft aria-[current=true]:text-accent-text"
            onClick={() => {
              app.ui.getState().setSearch(false);
              app.inbox.getState().setFilter(view);
            }}
          >
            <Icon className="size-5" strokeWidth={1.75} aria-hidden="true" />
            {count > 0 && (
              <span
                aria-hidden="true"
                data-text={shortCount(count)}
                className="drawn-text absolute -end-1 -top-1 min-w-4 rounded-full bg-n11 px-1 text-center text-badge font-semibold text-n1 tabular-nums"
              />
            )}
          </IconButton>
        );
      })}
      <div className="flex-1" />
      <IconButton
        label={t('status.label', { word: t(`status.${kind}`) })}
        side="inline-end"
        data-testid="status"
        data-state={kind}
        className="size-10"
        onClick={() => app.ui.getState().show('queue')}
      >
        <StatusMark kind={kind} />
      </IconButton>
      <MeMenu />
    </nav>
  );
}
