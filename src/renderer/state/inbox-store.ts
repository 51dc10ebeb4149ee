import { createStore, type StoreApi } from 'zustand';

import { JOB_STATUSES } from '#shared/documents.ts';
import type { InboxRow } from '#shared/views.ts';
import { FIRST_CHOICE, INBOX_VIEWS, MOST_AT_ONCE, type InboxChoice, type InboxCounts } from '#shared/work-list.ts';

import { wordsOf, type Connection } from '../connect.ts';
import { NOTHING_PICKED, pickRange, pickToggled, type Picked } from './picked.ts';

export const PAGE = 50;

export type InboxState = {
  choice: InboxChoice;
  /** Rows by page; pages that nobody has looked at are absent. */
  pages: ReadonlyMap<number, readonly InboxRow[]>;
  /** `null` until the first page of this choice is here. */
  total: number | null;
  counts: InboxCounts;
  failure: string | null;
  /** The conversation that the keyboard stands on. */
  focused: string | null;
  picked: Picked;
  /** Shows something else, and remembers it for the next start. */
  choose: (change: Partial<InboxChoice>) => void;
  setFocused: (conversation: string | null) => void;
  /** Takes one into the picked ones, or out of them. */
  togglePick: (conversation: string) => void;
  /** Picks all from where picking began to this one. */
  pickTo: (conversation: string) => void;
  pickAll: () => Promise<void>;
  clearPicks: () => void;
  /** These rows are on screen: loads what is missing or out of date of them. */
  look: (first: number, last: number) => void;
  /** Something changed: everything is out of date, and what is on screen is fetched again. */
  refresh: () => void;
  reset: () => void;
};

export function rowAt(state: Pick<InboxState, 'pages'>, index: number): InboxRow | undefined {
  return state.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
}

/** `near`: where it was before. Of thousands of rows, those around it are looked at first. */
export function indexOf({ pages }: Pick<InboxState, 'pages'>, conversation: string | null, near?: number): number {
  if (conversation === null) return -1;
  const placeIn = (page: number): number => {
    const place = pages.get(page)?.findIndex((row) => row.conversation === conversation) ?? -1;
    return place < 0 ? -1 : page * PAGE + place;
  };
  const around = near === undefined ? [] : [0, 1, -1].map((step) => Math.floor(near / PAGE) + step);
  for (const page of around) if (placeIn(page) >= 0) return placeIn(page);
  for (const page of pages.keys()) if (placeIn(page) >= 0) return placeIn(page);
  return -1;
}

/** `old` where `fresh` says the same. Both come as plain data from the core, which writes their fields in one order. */
function kept<T>(old: T | undefined, fresh: T): T {
  return old !== undefined && JSON.stringify(old) === JSON.stringify(fresh) ? old : fresh;
}

/** Puts pages that were fetched into those that are here. Only these are compared with what they were: one may have gone through thousands of rows. */
function withFetched(last: InboxState['pages'], fetched: InboxState['pages']): InboxState['pages'] {
  const known = new Map([...fetched.keys()].flatMap((page) => last.get(page) ?? []).map((row) => [row.conversation, row]));
  const next = new Map(last);
  for (const [page, rows] of fetched)
    next.set(
      page,
      rows.map((row) => kept(known.get(row.conversation), row)),
    );
  return next;
}

/** Whoever stood on a row that left the list stands on the one in its place. */
function focusAfter(last: InboxState, pages: InboxState['pages'], total: number): string | null {
  const index = indexOf(last, last.focused);
  if (index < 0 || indexOf({ pages }, last.focused, index) >= 0) return last.focused;
  return rowAt({ pages }, Math.min(index, total - 1))?.conversation ?? null;
}

const zeros = <K extends string>(keys: readonly K[]): Record<K, number> =>
  Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
const NO_COUNTS: InboxCounts = { views: zeros(INBOX_VIEWS), statuses: zeros(JOB_STATUSES), labels: [] };

export function createInboxStore(connection: Connection): StoreApi<InboxState> {
  return createStore((set, get) => {
    let visible = { first: 0, last: PAGE - 1 };
    /** Rises with every change; a page that was fetched at a lower version is out of date. */
    let version = 0;
    let choiceRun = 0;
    let fresh = new Map<number, number>();
    let busy = false;
    /** What was chosen last time was asked for. */
    let restored = false;

    const wanted = (): number[] => {
      const pages: number[] = [];
      const { total } = get();
      const last = total === null ? visible.first : Math.min(visible.last, Math.max(0, total - 1));
      for (let page = Math.floor(visible.first / PAGE); page <= Math.floor(last / PAGE); page++) {
        if ((fresh.get(page) ?? -1) < version) pages.push(page);
      }
      return pages;
    };

    const restore = async (): Promise<void> => {
      const before = choiceRun;
      const choice = await connection.send('inbox.choice', {});
      restored = true;
      if (before === choiceRun) set({ choice });
    };

    /** One run at a time. All pages of a round appear together, so that no row shows twice while the order changes. */
    const run = async (): Promise<void> => {
      if (busy) return;
      busy = true;
      try {
        if (!restored) await restore();
        for (let pages = wanted(); pages.length > 0; pages = wanted()) {
          const [at, round, choice] = [version, choiceRun, get().choice];
          const answers = await Promise.all(
            pages.map((page) => connection.send('inbox.list', { ...choice, offset: page * PAGE, limit: PAGE })),
          );
          if (round !== choiceRun) continue;
          const last = get();
          const fetched = new Map(pages.map((page, place) => [page, answers[place]?.rows ?? []]));
          for (const page of pages) fresh.set(page, at);
          const { total, counts } = answers.at(-1) ?? { total: 0, counts: last.counts };
          // What did not change stays the same object, and isn't drawn again.
          const kind = { pages: withFetched(last.pages, fetched), total, counts: kept(last.counts, counts), failure: null };
          set({ ...kind, focused: focusAfter(last, kind.pages, total) });
        }
      } catch (error) {
        set({ failure: wordsOf(error) });
      } finally {
        busy = false;
      }
    };

    const clear = (): void => {
      choiceRun++;
      version++;
      fresh = new Map();
      visible = { first: 0, last: PAGE - 1 };
    };
    const shown = (): string[] => {
      const { pages } = get();
      return [...pages.keys()].toSorted((a, b) => a - b).flatMap((page) => pages.get(page)!.map((row) => row.conversation));
    };

    return {
      choice: FIRST_CHOICE,
      pages: new Map(),
      total: null,
      counts: NO_COUNTS,
      failure: null,
      focused: null,
      picked: NOTHING_PICKED,
      choose: (change) => {
        const choice = { ...get().choice, ...change };
        if (JSON.stringify(choice) === JSON.stringify(get().choice)) return;
        clear();
        set({ choice, pages: new Map(), total: null, focused: null, picked: NOTHING_PICKED });
        // Where it can't be kept, the next start shows what was chosen before.
        connection.send('inbox.choose', choice).catch(() => undefined);
        void run();
      },
      setFocused: (focused) => set({ focused }),
      togglePick: (conversation) => set(({ picked }) => ({ picked: pickToggled(picked, conversation) })),
      pickTo: (conversation) => set(({ picked, focused }) => ({ picked: pickRange(picked, shown(), focused, conversation) })),
      pickAll: async () => {
        const { ids } = await connection.send('inbox.ids', { ...get().choice, limit: MOST_AT_ONCE });
        set({ picked: { ids: new Set(ids), from: null } });
      },
      clearPicks: () => set(({ picked }) => (picked.ids.size === 0 ? {} : { picked: NOTHING_PICKED })),
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
        restored = false;
        set({ pages: new Map(), total: null, failure: null, focused: null, picked: NOTHING_PICKED });
        void run();
      },
    };
  });
}
