import { AtSign, Inbox, MailOpen, Search, X } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { ResizeEdge } from '../frame/ResizeEdge.tsx';
import { StatusBar } from '../frame/StatusBar.tsx';
import { Button } from '../parts/Button.tsx';
import { Empty } from '../parts/Empty.tsx';
import { SearchPanel } from '../search/SearchPanel.tsx';
import { useSearch } from '../search/use-search.ts';
import { useApp, useSlice } from '../state/app.ts';
import { FOCUS } from '../state/navigate.ts';
import { FirstSync } from './FirstSync.tsx';
import { InboxList } from './InboxList.tsx';

function EmptyInbox(): ReactElement {
  const { t } = useTranslation();
  const filter = useSlice('inbox', (state) => state.filter);
  const props = { className: 'size-8', strokeWidth: 1.5, 'aria-hidden': true } as const;
  switch (filter) {
    case 'all':
      return <Empty icon={<Inbox {...props} />} title={t('inbox.emptyAll')} how={t('inbox.emptyAllHow')} />;
    case 'unread':
      return <Empty icon={<MailOpen {...props} />} title={t('inbox.emptyUnread')} how={t('inbox.emptyUnreadHow')} />;
    case 'mentions':
      return <Empty icon={<AtSign {...props} />} title={t('inbox.emptyMentions')} how={t('inbox.emptyMentionsHow')} />;
  }
}

export function InboxPane(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const filter = useSlice('inbox', (state) => state.filter);
  const total = useSlice('inbox', (state) => state.total);
  const failure = useSlice('inbox', (state) => state.failure);
  const syncing = useSlice('status', (state) => state.sync.firstSync !== null);
  const searching = useSlice('ui', (state) => state.search);
  const [query, setQuery] = useState('');
  const search = useSearch(searching ? query : '');
  const close = (): void => {
    setQuery('');
    app.ui.getState().setSearch(false);
  };
  return (
    <section aria-label={t(`view.${filter}`)} className="flex min-h-0 flex-1 flex-col">
      <StatusBar />
      <header className="flex items-center gap-3 px-4 pt-3 pb-2">
        <h2 className="text-lg font-semibold">{t(`view.${filter}`)}</h2>
        {total !== null && total > 0 && <span className="text-sm text-n11 tabular-nums">{total.toLocaleString()}</span>}
      </header>
      <div className="relative mx-4 mb-2" role="search">
        <Search className="pointer-events-none absolute start-2 top-2 size-4 text-n10" aria-hidden="true" />
        <input
          id={FOCUS.search}
          type="text"
          role="combobox"
          aria-label={t('search.label')}
          aria-expanded={searching}
          aria-controls="search-results"
          aria-autocomplete="list"
          aria-activedescendant={searching ? (search.activeId ?? undefined) : undefined}
          placeholder={t('inbox.search')}
          autoComplete="off"
          spellCheck={false}
          dir="auto"
          value={searching ? query : ''}
          onFocus={() => app.ui.getState().setSearch(true)}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => search.press(event)}
          className="h-8 w-full rounded-sm border border-transparent bg-n3 ps-8 pe-8 text-sm text-n12 outline-offset-0 placeholder:text-n11 focus:border-n7 focus:bg-n1"
        />
        {searching ? (
          <button
            type="button"
            aria-label={t('search.clear')}
            onClick={close}
            className="absolute end-1 top-1 inline-flex size-6 items-center justify-center rounded-sm text-n11 hover:bg-n4"
          >
            <X className="size-4" aria-hidden="true" />
          </button>
        ) : (
          <kbd aria-hidden="true" className="pointer-events-none absolute end-2 top-1.5 font-sans text-xs text-n10">
            /
          </kbd>
        )}
      </div>
      {syncing && <FirstSync />}
      {searching ? (
        <SearchPanel query={query} search={search} />
      ) : total === null ? (
        <div className="flex-1" aria-busy="true">
          {failure !== null && (
            <Empty title={failure} how="">
              <Button onClick={() => app.inbox.getState().refresh()}>{t('common.retry')}</Button>
            </Empty>
          )}
        </div>
      ) : total === 0 ? (
        <div className="min-h-0 flex-1 overflow-y-auto">
          <EmptyInbox />
        </div>
      ) : (
        <InboxList key={filter} total={total} />
      )}
      <ResizeEdge />
    </section>
  );
}
