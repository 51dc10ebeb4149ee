import { createStore, type StoreApi } from 'zustand';

import type { InboxFilter, InboxRow } from '#shared/views.ts';

import { wordsOf, type Connection } from '../connect.ts';

export const PAGE = 50;

type Counts = { all: number; unread: number; mentions: number };

export type InboxState = {
  filter: InboxFilter;
  /** Rows by page; pages that nobody has looked at are absent. */
  pages: ReadonlyMap<number, readonly InboxRow[]>;
  /** `null` until the first page of this filter is here. */
  total: number | null;
  counts: Counts;
  failure: string | null;
  /** The conversation that the keyboard stands on. */
  focused: string | null;
  setFilter(filter: InboxFilter): void;
  setFocused(conversation: string | null): void;
  /** These rows are on screen: loads what is missing or out of date of them. */
  look(first: number, last: number): void;
  /** Something changed: everything is out of date, and what is on screen is fetched again. */
  refresh(): void;
  reset(): void;
};

export function rowAt(state: Pick<InboxState, 'pages'>, index: number): InboxRow | undefined {
  return state.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
}

export function indexOf(state: Pick<InboxState, 'pages'>, conversation: string | null): number {
  if (conversation === null) return -1;
  for (const [page, rows] of state.pages) {
    const place = rows.findIndex((row) => row.conversation === conversation);
    if (place >= 0) return page * PAGE + place;
  }
  return -1;
}

/** `old` where `fresh` says the same. Both come as plain data from the core, which writes their fields in one order. */
function kept<T>(old: T | undefined, fresh: T): T {
  return old !== undefined && JSON.stringify(old) === JSON.stringify(fresh) ? old : fresh;
}

function keepRows(last: InboxState['pages'], next: InboxState['pages']): InboxState['pages'] {
  const known = new Map([...last.values()].flat().map((row) => [row.conversation, row]));
  return new Map([...next].map(([page, rows]) => [page, rows.map((row) => kept(known.get(row.conversation), row))]));
}

export function createInboxStore(connection: Connection): StoreApi<InboxState> {
  return createStore((set, get) => {
    let visible = { first: 0, last: PAGE - 1 };
    /** Rises with every change; a page that was fetched at a lower version is out of date. */
    let version = 0;
    let filterRun = 0;
    let fresh = new Map<number, number>();
    let busy = false;

    const wanted = (): number[] => {
      const pages: number[] = [];
      const { total } = get();
      const last = total === null ? visible.first : Math.min(visible.last, Math.max(0, total - 1));
      for (let page = Math.floor(visible.first / PAGE); page <= Math.floor(last / PAGE); page++) {
        if ((fresh.get(page) ?? -1) < version) pages.push(page);
      }
      return pages;
    };

    /** One run at a time. All pages of a round appear together, so that no row shows twice while the order changes. */
    const run = async (): Promise<void> => {
      if (busy) return;
      busy = true;
      try {
        for (let pages = wanted(); pages.length > 0; pages = wanted()) {
          const [at, round, filter] = [version, filterRun, get().filter];
          const answers = await Promise.all(
            pages.map((page) => connection.send('inbox.list', { filter, offset: page * PAGE, limit: PAGE })),
          );
          if (round !== filterRun) continue;
          const last = get();
          const next = new Map(last.pages);
          pages.forEach((page, place) => {
            next.set(page, answers[place]?.rows ?? []);
            fresh.set(page, at);
          });
          const { total, counts } = answers.at(-1) ?? { total: 0, counts: last.counts };
          // What did not change stays the same object, and isn't drawn again.
          set({ pages: keepRows(last.pages, next), total, counts: kept(last.counts, counts), failure: null });
        }
      } catch (error) {
        set({ failure: wordsOf(error) });
      } finally {
        busy = false;
      }
    };

    const clear = (): void => {
      filterRun++;
      version++;
      fresh = new Map();
      visible = { first: 0, last: PAGE - 1 };
    };

    return {
      filter: 'all',
      pages: new Map(),
      total: null,
      counts: { all: 0, unread: 0, mentions: 0 },
      failure: null,
      focused: null,
      setFilter: (filter) => {
        if (filter === get().filter) return;
        clear();
        set({ filter, pages: new Map(), total: null, focused: null });
        void run();
      },
      setFocused: (focused) => set({ focused }),
      look: (first, last) => {
        visible = { first, last };
        void run();
      },
      refresh: () => {
        version++;
        void run();
      },
      reset: () => {
        clear();
        set({ pages: new Map(), total: null, failure: null, focused: null });
        void run();
      },
    };
  });
}
