import { useCallback, useEffect, useMemo, useState, type KeyboardEvent } from 'react';

import type { SearchResult } from '#shared/search-views.ts';

import { wordsOf } from '../connect.ts';
import { isOnePane } from '../frame/one-pane.ts';
import { useApp } from '../state/app.ts';
import { focusOn, openThread } from '../state/navigate.ts';
import type { Place } from '../state/thread-store.ts';

export type Hit = { id: string; place: Place; seq: number | undefined };

export type Search = {
  found: { kind: 'idle' } | { kind: 'failed'; why: string } | { kind: 'found'; query: string; result: SearchResult };
  activeId: string | null;
  press: (event: KeyboardEvent) => void;
  go: (hit: Hit) => void;
  more: () => void;
};

export const jobHitId = (conversation: string): string => `hit-${conversation}`;
export const messageHitId = (key: string): string => `hit-${key}`;

export function hitsOf(result: SearchResult): Hit[] {
  return [
    ...result.conversations.map(({ conversation }) => ({
      id: jobHitId(conversation),
      place: { conversation, thread: 'all' as const },
      seq: undefined,
    })),
    ...result.messages.map(({ conversation, thread, key, seq }) => ({
      id: messageHitId(key),
      place: { conversation, thread },
      seq: seq ?? undefined,
    })),
  ];
}

/** The list, while there is one. */
export const SEARCH_RESULTS = 'search-results';

export function isListed(found: Search['found']): boolean {
  return found.kind === 'found' && found.result.conversations.length + found.result.messages.length > 0;
}

const PAGE = 30;

/** Searches as one types; an answer to an older query is never shown. */
export function useSearch(query: string): Search {
  const app = useApp();
  const [answer, setFound] = useState<Search['found']>({ kind: 'idle' });
  const asked = query.trim();
  const [chosen, setChosen] = useState({ query: '', index: 0 });
  const found: Search['found'] = asked === '' ? { kind: 'idle' } : answer;
  // Another query starts at its first hit.
  const active = chosen.query === asked ? chosen.index : 0;
  const setActive = (index: number): void => setChosen({ query: asked, index });

  useEffect(() => {
    let wanted = true;
    if (asked === '') return;
    app.connection.send('search', { query: asked.slice(0, 200), limit: PAGE }).then(
      (result) => wanted && setFound({ kind: 'found', query: asked, result }),
      (error: unknown) => wanted && setFound({ kind: 'failed', why: wordsOf(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [app, asked]);

  const hits = useMemo(() => (answer.kind === 'found' && asked !== '' ? hitsOf(answer.result) : []), [answer, asked]);
  const activeId = hits[Math.min(active, hits.length - 1)]?.id ?? null;

  useEffect(() => {
    if (activeId !== null) document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' });
  }, [activeId]);

  const go = useCallback(
    (hit: Hit): void => {
      openThread(app, hit.place, hit.seq);
      // In a narrow window the thread takes the place of the results.
      if (isOnePane()) app.ui.getState().setSearch(false);
    },
    [app],
  );
  return {
    found,
    activeId,
    go,
    press: (event) => {
      if (event.nativeEvent.isComposing) return;
      if (event.key === 'Escape') {
        app.ui.getState().setSearch(false);
        requestAnimationFrame(() => focusOn('inbox'));
      } else if (event.key === 'ArrowDown') setActive(Math.min(hits.length - 1, active + 1));
      else if (event.key === 'ArrowUp') setActive(Math.max(0, active - 1));
      else if (event.key === 'Enter') {
        const hit = hits.find(({ id }) => id === activeId);
        if (hit) go(hit);
      } else return;
      event.preventDefault();
    },
    more: () => {
      if (found.kind !== 'found') return;
      const { result } = found;
      app.connection.send('search', { query: found.query, offset: result.messages.length, limit: PAGE }).then(
        (next) =>
          setFound((now) =>
            now === found
              ? { ...found, result: { ...result, messages: [...result.messages, ...next.messages], more: next.more } }
              : now,
          ),
        (error: unknown) => setFound({ kind: 'failed', why: wordsOf(error) }),
      );
    },
  };
}
