import { Menu } from '@base-ui/react/menu';
import { ArrowDownWideNarrow, Check, ChevronDown, ListFilter } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { JOB_STATUSES, type JobStatus } from '#shared/documents.ts';
import { INBOX_SORTS, INBOX_VIEWS, type InboxSort, type InboxView } from '#shared/work-list.ts';

import { IconMenu, MENU_ITEM, MenuPopup } from '../parts/IconMenu.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { useIsStaff } from '../work/BulkBar.tsx';

const GROUP = 'px-2 pt-2 pb-1 text-xs font-medium text-n11';
const STAFF_VIEWS: ReadonlySet<InboxView> = new Set(['mine', 'unassigned', 'resolved']);
const ANY = '';

function Choice({ value, name, count }: { value: string; name: string; count?: number }): ReactElement {
  const { i18n } = useTranslation();
  return (
    <Menu.RadioItem value={value} closeOnClick className={MENU_ITEM}>
      <bdi className="min-w-0 flex-1 truncate">{name}</bdi>
      {count !== undefined && <span className="text-xs text-n11 tabular-nums">{count.toLocaleString(i18n.language)}</span>}
      <span className="size-4 shrink-0">
        <Menu.RadioItemIndicator>
          <Check className="size-4 text-accent-text" aria-hidden="true" />
        </Menu.RadioItemIndicator>
      </span>
    </Menu.RadioItem>
  );
}

/** The title of the list, and all that it can show. */
export function ViewMenu(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const view = useSlice('inbox', (state) => state.choice.view);
  const counts = useSlice('inbox', (state) => state.counts.views);
  const isOfStaff = useIsStaff();
  return (
    <Menu.Root>
      <Menu.Trigger className="-ms-2 flex min-w-0 items-center gap-1 rounded-sm px-2 text-lg font-semibold hover:bg-n3 data-[popup-open]:bg-n3">
        <span className="truncate">{t(`view.${view}`)}</span>
        <ChevronDown className="size-4 shrink-0 text-n10" aria-hidden="true" />
      </Menu.Trigger>
      <MenuPopup align="start">
        <Menu.RadioGroup value={view} onValueChange={(next: InboxView) => app.inbox.getState().choose({ view: next })}>
          <Menu.GroupLabel className={GROUP}>{t('choice.show')}</Menu.GroupLabel>
          {INBOX_VIEWS.filter((one) => isOfStaff || !STAFF_VIEWS.has(one)).map((one) => (
            <Choice key={one} value={one} name={t(`view.${one}`)} count={counts[one]} />
          ))}
        </Menu.RadioGroup>
      </MenuPopup>
    </Menu.Root>
  );
}

export function FilterMenu(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const { status, label } = useSlice('inbox', (state) => state.choice);
  const counts = useSlice('inbox', (state) => state.counts);
  const isOfStaff = useIsStaff();
  const choose = app.inbox.getState().choose;
  const all = JOB_STATUSES.reduce((sum, one) => sum + counts.statuses[one], 0);
  return (
    <IconMenu
      label={t('choice.filter')}
      icon={<ListFilter className="size-4" aria-hidden="true" />}
      align="start"
      pressed={status !== null || label !== null}
    >
      <Menu.RadioGroup
        value={status ?? ANY}
        onValueChange={(next: JobStatus | typeof ANY) => choose({ status: next === ANY ? null : next })}
      >
        <Menu.GroupLabel className={GROUP}>{t('choice.status')}</Menu.GroupLabel>
        <Choice value={ANY} name={t('choice.anyStatus')} count={all} />
        {JOB_STATUSES.map((one) => (
          <Choice key={one} value={one} name={t(`jobStatus.${one}`)} count={counts.statuses[one]} />
        ))}
      </Menu.RadioGroup>
      {isOfStaff && counts.labels.length > 0 && (
        <Menu.RadioGroup value={label ?? ANY} onValueChange={(next: string) => choose({ label: next === ANY ? null : next })}>
          <Menu.Separator className="mx-2 mt-2 mb-1 h-px bg-n5" />
          <Menu.GroupLabel className={GROUP}>{t('choice.label')}</Menu.GroupLabel>
          <Choice value={ANY} name={t('choice.anyLabel')} />
          {counts.labels.map(({ name, count }) => (
            <Choice key={name} value={name} name={name} count={count} />
          ))}
        </Menu.RadioGroup>
      )}
    </IconMenu>
  );
}

export function SortMenu(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const sort = useSlice('inbox', (state) => state.choice.sort);
  return (
    <IconMenu
      label={t('choice.sort')}
      icon={<ArrowDownWideNarrow className="size-4" aria-hidden="true" />}
      align="start"
      pressed={sort !== 'newest'}
    >
      <Menu.RadioGroup value={sort} onValueChange={(next: InboxSort) => app.inbox.getState().choose({ sort: next })}>
        <Menu.GroupLabel className={GROUP}>{t('choice.sort')}</Menu.GroupLabel>
        {INBOX_SORTS.map((one) => (
          <Choice key={one} value={one} name={t(`choice.by.${one}`)} />
        ))}
      </Menu.RadioGroup>
    </IconMenu>
  );
}
