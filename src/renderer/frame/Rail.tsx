import { Archive, AtSign, Clock, Inbox, MailOpen, UserRound, UserRoundX } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { InboxView } from '#shared/work-list.ts';

import { IconButton } from '../parts/Button.tsx';
import { Emblem } from '../sign-in/Emblem.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { useIsStaff } from '../work/BulkBar.tsx';
import { MeMenu } from './MeMenu.tsx';
import { StatusMark } from './StatusMark.tsx';
import { useStatusKind } from './use-status-kind.ts';

/** `loud`: something of it needs a person. */
const VIEWS = [
  { view: 'inbox', Icon: Inbox, counts: false, loud: false, staff: false },
  { view: 'unread', Icon: MailOpen, counts: true, loud: true, staff: false },
  { view: 'mentions', Icon: AtSign, counts: true, loud: true, staff: false },
  { view: 'mine', Icon: UserRound, counts: true, loud: false, staff: true },
  { view: 'unassigned', Icon: UserRoundX, counts: true, loud: false, staff: true },
  { view: 'snoozed', Icon: Clock, counts: true, loud: false, staff: false },
  { view: 'archived', Icon: Archive, counts: false, loud: false, staff: false },
] as const satisfies { view: InboxView; Icon: typeof Inbox; counts: boolean; loud: boolean; staff: boolean }[];

/** 1,200 conversations don't fit beside an icon. */
export function shortCount(count: number): string {
  return count > 999 ? `${Math.floor(count / 1_000)}k` : String(count);
}

export function Rail(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const chosen = useSlice('inbox', (state) => state.choice.view);
  const counts = useSlice('inbox', (state) => state.counts.views);
  const isOfStaff = useIsStaff();
  const kind = useStatusKind();
  return (
    <nav
      aria-label={t('view.label')}
      className="flex w-14 shrink-0 flex-col items-center gap-1 overflow-y-auto border-e border-n5 bg-n2 py-3"
    >
      <div className="mb-2">
        <Emblem small />
      </div>
      {VIEWS.filter(({ staff }) => isOfStaff || !staff).map(({ view, Icon, counts: counted, loud }) => {
        const count = counted ? counts[view] : 0;
        const name = count > 0 ? `${t(`view.${view}`)}, ${t('view.counted', { count })}` : t(`view.${view}`);
        return (
          <IconButton
            key={view}
            label={name}
            side="inline-end"
            aria-current={view === chosen}
            className="relative size-10 aria-[current=true]:bg-accent-soft aria-[current=true]:text-accent-text"
            onClick={() => {
              app.ui.getState().setSearch(false);
              app.inbox.getState().choose({ view });
            }}
          >
            <Icon className="size-5" strokeWidth={1.75} aria-hidden="true" />
            {count > 0 && (
              <span
                aria-hidden="true"
                data-text={shortCount(count)}
                className={`drawn-text absolute -end-1 -top-1 min-w-4 rounded-full px-1 text-center text-badge font-semibold tabular-nums ${loud ? 'bg-n11 text-n1' : 'bg-n4 text-n11'}`}
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
