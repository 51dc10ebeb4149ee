import { Search as SearchIcon } from 'lucide-react';
import { memo, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { SearchResult } from '#shared/search-views.ts';

import { Button } from '../parts/Button.tsx';
import { Empty } from '../parts/Empty.tsx';
import { Marked } from '../parts/Marked.tsx';
import { RoleMark } from '../parts/RoleMark.tsx';
import { useShortTime } from '../parts/use-time.ts';
import { hitsOf, isListed, jobHitId, messageHitId, SEARCH_RESULTS, type Hit, type Search } from './use-search.ts';

function Option({
  id,
  active,
  onGo,
  children,
}: {
  id: string;
  active: boolean;
  onGo: () => void;
  children: ReactNode;
}): ReactElement {
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the search field has the focus and the keys
    <div
      role="option"
      id={id}
      aria-selected={active}
      onClick={onGo}
      className={`px-4 py-2 ${active ? 'bg-accent-tint' : 'hover:bg-n3'}`}
    >
      {children}
    </div>
  );
}

function HitTime({ at }: { at: number }): ReactElement {
  return <span className="shrink-0 text-xs text-n11 tabular-nums">{useShortTime(at)}</span>;
}

type ResultsProps = { result: SearchResult; activeId: string | null; onGo: (hit: Hit) => void };

/** As long as what was typed isn't answered, what stands here stays, and is not drawn again: the answer would wait for that. */
const Results = memo(function Results({ result, activeId, onGo }: ResultsProps): ReactElement {
  const { t } = useTranslation();
  const go = (id: string): void => {
    const hit = hitsOf(result).find((candidate) => candidate.id === id);
    if (hit) onGo(hit);
  };
  return (
    <div id={SEARCH_RESULTS} role="listbox" aria-label={t('search.results')} tabIndex={-1}>
      {result.conversations.length > 0 && (
        <div role="group" aria-labelledby="search-jobs">
          <p id="search-jobs" className="px-4 pt-2 pb-1 text-xs font-medium text-n11">
            {t('search.jobs')}
          </p>
          {result.conversations.map((hit) => {
            const id = jobHitId(hit.conversation);
            return (
              <Option key={id} id={id} active={id === activeId} onGo={() => go(id)}>
                <div className="flex items-baseline gap-2">
                  <Marked {...hit.title} className="one-edge min-w-0 flex-1 truncate text-sm font-medium" />
                  <HitTime at={hit.at} />
                </div>
                <Marked {...hit.people} className="one-edge block truncate text-xs text-n11" />
              </Option>
            );
          })}
        </div>
      )}
      {result.messages.length > 0 && (
        <div role="group" aria-labelledby="search-messages">
          <p id="search-messages" className="px-4 pt-4 pb-1 text-xs font-medium text-n11">
            {t('search.messages')}
          </p>
          {result.messages.map((hit) => {
            const id = messageHitId(hit.key);
            return (
              <Option key={id} id={id} active={id === activeId} onGo={() => go(id)}>
                <div className="flex items-center gap-2 text-xs text-n11">
                  <span className="flex min-w-0 flex-1 items-center gap-1">
                    <RoleMark role={hit.author.role} />
                    <bdi className="shrink-0 font-medium text-n12">{hit.author.name}</bdi>
                    <bdi className="truncate">{hit.jobTitle}</bdi>
                  </span>
                  <HitTime at={hit.at} />
                </div>
                {/* Without its line breaks: what was found may stand below two lines of a list. */}
                <p dir="auto" className="written line-clamp-2 text-sm whitespace-normal">
                  <Marked {...hit.excerpt} />
                </p>
              </Option>
            );
          })}
        </div>
      )}
    </div>
  );
});

export function SearchPanel({ query, search }: { query: string; search: Search }): ReactElement {
  const { t } = useTranslation();
  const { found } = search;
  const icon = <SearchIcon className="size-8" strokeWidth={1.5} aria-hidden="true" />;
  const nothing = found.kind === 'found' && !isListed(found);
  return (
    <div
      className="min-h-0 flex-1 overflow-y-auto"
      data-testid="search-panel"
      data-query={found.kind === 'found' ? found.query : undefined}
    >
      {query.trim() === '' || found.kind === 'idle' ? (
        <Empty icon={icon} title={t('search.start')} how={t('search.startHow')} />
      ) : found.kind === 'failed' ? (
        <p role="alert" className="px-4 py-3 text-sm text-red">
          {t('search.failed', { why: found.why })}
        </p>
      ) : nothing ? (
        <Empty icon={icon} title={t('search.none', { query: found.query })} how={t('search.noneHow')} />
      ) : (
        <>
          <Results result={found.result} activeId={search.activeId} onGo={search.go} />
          {found.result.more && (
            <div className="px-4 py-3">
              <Button small onClick={search.more}>
                {t('search.more')}
              </Button>
            </div>
          )}
        </>
      )}
    </div>
  );
}
