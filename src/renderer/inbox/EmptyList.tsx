import { Archive, AtSign, CircleCheck, Clock, Inbox, ListFilter, MailOpen, UserRound, UserRoundX } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../parts/Button.tsx';
import { Empty } from '../parts/Empty.tsx';
import { useApp, useSlice } from '../state/app.ts';

const ICONS = {
  inbox: Inbox,
  unread: MailOpen,
  mentions: AtSign,
  mine: UserRound,
  unassigned: UserRoundX,
  snoozed: Clock,
  archived: Archive,
  resolved: CircleCheck,
  everything: Inbox,
};

/** What would be here, and how it comes; an inbox that was emptied is not the same as one that never held anything. */
export function EmptyList(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const { view, status, label } = useSlice('inbox', (state) => state.choice);
  const hasAny = useSlice('inbox', (state) => state.counts.views.everything > 0);
  // Until something came from the server once, nobody knows that there is nothing.
  const fresh = useSlice('status', ({ sync }) =>
    sync.lastSyncedAt === null ? (sync.connection.kind === 'offline' ? 'never' : 'coming') : null,
  );
  const props = { className: 'size-8', strokeWidth: 1.5, 'aria-hidden': true } as const;
  if (status !== null || label !== null) {
    return (
      <Empty icon={<ListFilter {...props} />} title={t('empty.narrowed')} how={t('empty.narrowedHow')}>
        <Button onClick={() => app.inbox.getState().choose({ status: null, label: null })}>{t('choice.clear')}</Button>
      </Empty>
    );
  }
  const Icon = ICONS[view];
  const which =
    !hasAny && (view === 'inbox' || view === 'everything') && fresh !== null ? fresh : view === 'inbox' && hasAny ? 'done' : view;
  return <Empty icon={<Icon {...props} />} title={t(`empty.${which}`)} how={t(`empty.${which}How`)} />;
}
