import { Search, X } from 'lucide-react';
import { memo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { ResizeEdge } from '../frame/ResizeEdge.tsx';
import { StatusBar } from '../frame/StatusBar.tsx';
import { Button } from '../parts/Button.tsx';
import { Empty } from '../parts/Empty.tsx';
import { SearchPanel } from '../search/SearchPanel.tsx';
import { isListed, SEARCH_RESULTS, useSearch } from '../search/use-search.ts';
import { keysOf } from '../shortcuts/keys.ts';
import { useApp, useSlice } from '../state/app.ts';
import { FOCUS } from '../state/navigate.ts';
import { BulkBar } from '../work/BulkBar.tsx';
import { FilterMenu, SortMenu, ViewMenu } from './ChoiceMenus.tsx';
import { Chosen } from './Chosen.tsx';
import { EmptyList } from './EmptyList.tsx';
import { FirstSync } from './FirstSync.tsx';
import { InboxList } from './InboxList.tsx';

/** What a key in the field of the search doesn't change: it would be drawn with each before the answer can be. */
const Head = memo(function Head(): ReactElement {
  const { t, i18n } = useTranslation();
  const total = useSlice('inbox', (state) => state.total);
  const searching = useSlice('ui', (state) => state.search);
  return (
    <>
      <BulkBar />
      <header className="flex h-11 items-center gap-2 ps-4 pe-2 pt-2 pb-1">
        {/* A search goes through everything: what the list shows, how many and how sorted is not said of it. */}
        {searching ? (
          <h2 className="truncate text-lg font-semibold">{t('inbox.search')}</h2>
        ) : (
          <>
            <h2 className="flex min-w-0">
              <ViewMenu />
            </h2>
            {total !== null && total > 0 && (
              <span className="text-sm text-n11 tabular-nums">{total.toLocaleString(i18n.language)}</span>
            )}
            <span className="flex-1" />
            <FilterMenu />
            <SortMenu />
          </>
        )}
      </header>
    </>
  );
});

const Status = memo(StatusBar);

export function InboxPane(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const choice = useSlice('inbox', (state) => state.choice);
  const total = useSlice('inbox', (state) => state.total);
  const failure = useSlice('inbox', (state) => state.failure);
  const syncing = useSlice('status', (state) => state.sync.firstSync !== null);
  const searching = useSlice('ui', (state) => state.search);
  const query = useSlice('ui', (state) => state.query);
  const search = useSearch(searching ? query : '');
  const listed = searching && isListed(search.found);
  const close = (): void => app.ui.getState().setSearch(false);
  return (
    <section aria-label={t(`view.${choice.view}`)} className="flex min-h-0 flex-1 flex-col">
      <Status />
      <div className="relative">
        <Head />
        <div className="relative mx-4 mb-2" role="search">
          <Search className="pointer-events-none absolute start-2 top-2 size-4 text-n10" aria-hidden="true" />
          <input
            id={FOCUS.search}
            type="text"
            role="combobox"
            aria-label={t('search.label')}
            aria-expanded={listed}
            aria-controls={listed ? SEARCH_RESULTS : undefined}
            aria-autocomplete="list"
            aria-activedescendant={searching ? (search.activeId ?? undefined) : undefined}
            placeholder={t('inbox.search')}
            autoComplete="off"
            spellCheck={false}
            dir="auto"
            value={searching ? query : ''}
            // Not by the focus alone: who goes on to the list by Tab would find it gone.
            onClick={() => app.ui.getState().setSearch(true)}
            onChange={(event) => app.ui.setState({ search: true, query: event.target.value })}
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
              {keysOf('search')[0]}
            </kbd>
          )}
        </div>
      </div>
      {!searching && <Chosen />}
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
          <EmptyList />
        </div>
      ) : (
        <InboxList key={JSON.stringify(choice)} total={total} />
      )}
      <ResizeEdge />
    </section>
  );
}
