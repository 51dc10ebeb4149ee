import { createStore, type StoreApi } from 'zustand';

import type { EventData } from '#shared/contract.ts';
import type { ThreadName } from '#shared/ids.ts';
import type { ConversationView, DraftAround, DraftNews, PersonView, ThreadItem } from '#shared/views.ts';

import { wordsOf, type Connection } from '../connect.ts';
import { fromSnapshot, staying } from './open-thread.ts';
import {
  countArrived,
  lastSeq,
  mergeItems,
  PROVISIONAL,
  provisionalMessage,
  sameFields,
  trimmed,
  unsentOf,
  type Said,
} from './thread-items.ts';

export type Place = { conversation: string; thread: ThreadName };

export type OpenThread = {
  kind: 'open';
  place: Place;
  conversation: ConversationView;
  items: readonly ThreadItem[];
  before: boolean;
  after: boolean;
  firstUnread: number | null;
  unread: number;
  newest: number;
  draft: string;
  draftAround: DraftAround;
  /** The draft as the core told of it last: at the opening, or when another device wrote it. */
  draftNews: DraftNews;
  loading: boolean;
  /** Messages of others that came while one was reading further up. */
  arrived: number;
  /** Where the list has to stand; a new object each time it has to go there. `seq` is marked, `place` is where one was reading. */
  position: { to: 'unread' } | { to: 'end' } | { to: 'seq' | 'place'; seq: number };
};

export type ThreadState = {
  shown:
    | { kind: 'none' }
    /** `what`: all of the conversation, or the agency's notes on it. */
    | { kind: 'gone'; what: ThreadName; conversation: string; unsent: string }
    | { kind: 'opening'; place: Place }
    | { kind: 'failed'; place: Place; why: string }
    | OpenThread;
  /** What is being opened. What was shown stays for as long as nobody notices, so that nothing flashes in between. */
  heading: Place | null;
  /** Who writes in the open thread now. */
  typing: readonly PersonView[];
  open(place: Place, at?: number): Promise<void>;
  close: () => void;
  /** Opens what is open again: the channel was lost meanwhile. */
  reload(): void;
  page(side: 'before' | 'after'): Promise<void>;
  toLatest(): void;
  /** Goes to a message, loading what is around it if need be: marks it, or puts the divider of the unread or its day at the top. */
  goTo(seq: number, to: 'seq' | 'place' | 'unread'): void;
  /** Where the list stands: whether the end of the thread is on screen, so that what comes is seen as it comes, and the `seq` at its top. */
  stands(view: { atEnd: boolean; top: number | null }): void;
  /** Another device wrote the draft of a thread, or words were put aside. */
  drafted(news: DraftNews): void;
  /** What was put aside is in the text now, or isn't wanted. */
  dropAside(): void;
  /** What is in the composer now. */
  wrote(text: string): void;
  seen(seq: number): void;
  /** To `place` and nowhere else, whatever is shown by now. */
  send(place: Place, author: PersonView, message: Outgoing): Promise<void>;
  changed(change: EventData<'thread.changed'>): void;
  typed(change: EventData<'typing'>): void;
  gone(conversation: string, thread?: ThreadName): void;
};

export type Outgoing = Said & { undoable: boolean };

const NOWHERE = { atEnd: false, top: null };
/** Up to here what is being left stays on the screen, in ms: a thread of this machine is there long before. */
const UNNOTICED = 100;
const FIRST = 80;
const MORE = 120;
/** From here on the core tells the newest alone: others may lie between them and what is shown. */
const MOST_TOLD = 200;

export function samePlace(a: Place, b: Place): boolean {
  return a.conversation === b.conversation && a.thread === b.thread;
}

/** The conversation that is being opened, else the one that is shown. */
export function conversationOf({ heading, shown }: ThreadState): string | null {
  const place = heading ?? ('place' in shown ? shown.place : null);
  return place?.conversation ?? null;
}

export function createThreadStore(connection: Connection): StoreApi<ThreadState> {
  return createStore((set, get) => {
    /** Rises with each opening: an answer to an older one is not shown. */
    let run = 0;
    let sent = 0;
    let paging = false;
    /** Up to where the core was told that this thread was read. */
    let readSeq = 0;
    let view: { atEnd: boolean; top: number | null } = NOWHERE;
    let written = '';

    const update = (change: (shown: OpenThread) => Partial<OpenThread>): void => {
      const { shown } = get();
      if (shown.kind !== 'open') return;
      const next = { ...shown, ...change(shown) };
      // What is told again changes nothing: nothing is drawn anew for it.
      if (!sameFields(shown, next)) set({ shown: next });
    };

    /** Unless it is shown, or being opened again. */
    const tellClosed = (place: Place): void => {
      const { shown, heading } = get();
      const kept = heading ?? (shown.kind === 'open' ? shown.place : null);
      if (kept !== null && samePlace(kept, place)) return;
      connection.send('thread.close', place).catch(() => {
        // The channel is lost; the core closes what the page had open by itself.
      });
    };
    /** Nothing is shown any more of what was, and what was being opened is not wanted. */
    const replace = (shown: ThreadState['shown']): void => {
      const before = get().shown;
      run++;
      set({ shown, heading: null });
      if (before.kind === 'open') tellClosed(before.place);
    };

    const load = async (place: Place, at: number | undefined, keep: Partial<OpenThread>): Promise<void> => {
      const mine = ++run;
      try {
        const snapshot = await connection.send('thread.open', { ...place, ...(at === undefined ? {} : { at }), limit: FIRST });
        if (mine !== run) return tellClosed(place);
        readSeq = snapshot.readSeq;
        const before = get().shown;
        if (before.kind !== 'open' || !samePlace(before.place, place)) written = snapshot.draft;
        view = NOWHERE;
        set({ shown: { ...fromSnapshot(place, snapshot, at), ...keep }, heading: null, typing: snapshot.typing });
      } catch (error) {
        if (mine === run) set({ shown: { kind: 'failed', place, why: wordsOf(error) }, heading: null });
      }
    };

    /** Where one was reading. */
    const loadAt = (place: Place, seq: number): Promise<void> => load(place, seq, { position: { to: 'place', seq } });

    return {
      shown: { kind: 'none' },
      heading: null,
      typing: [],
      open: async (place, at) => {
        const { shown } = get();
        set({ heading: place });
        if (shown.kind === 'open') tellClosed(shown.place);
        const opening = load(place, at, {});
        const mine = run;
        const noticed = setTimeout(() => mine === run && set({ shown: { kind: 'opening', place } }), UNNOTICED);
        await opening;
        clearTimeout(noticed);
      },
      close: () => replace({ kind: 'none' }),
      reload: () => {
        const { shown, heading } = get();
        if (heading) void load(heading, undefined, {});
        else if (shown.kind === 'open')
          void (view.atEnd || view.top === null ? load(shown.place, undefined, {}) : loadAt(shown.place, view.top));
        else if (shown.kind === 'failed') void load(shown.place, undefined, {});
      },
      page: async (side) => {
        const { shown } = get();
        if (paging || shown.kind !== 'open' || !shown[side]) return;
        const edge = side === 'before' ? shown.items.find((item) => item.seq !== null)?.seq : lastSeq(shown.items);
        if (edge === undefined || edge === null) return;
        paging = true;
        try {
          const page = await connection.send('thread.page', { ...shown.place, [side]: edge, limit: MORE });
          const now = get().shown;
          if (now.kind !== 'open' || !samePlace(now.place, shown.place)) return;
          // What was fetched joins this window without a gap, so nothing is left out.
          const items = mergeItems(now.items, { items: page.items, gone: [] }, { before: false, after: false });
          set({ shown: { ...now, ...trimmed({ items, before: now.before, after: now.after, [side]: page[side] }, side) } });
        } catch {
          // The rows that are here stay; scrolling on asks again, and the status says what is wrong.
        } finally {
          paging = false;
        }
      },
      toLatest: () => {
        const { shown, heading } = get();
        if (shown.kind !== 'open' || heading) return;
        if (!shown.after) return update(() => ({ position: { to: 'end' }, arrived: 0 }));
        void load(shown.place, shown.newest, { ...staying(shown), position: { to: 'end' } });
      },
      goTo: (seq, to) => {
        const { shown, heading } = get();
        if (shown.kind !== 'open' || heading) return;
        const position: OpenThread['position'] = to === 'unread' ? { to } : { to, seq };
        const [first, last] = [shown.items.find((item) => item.seq !== null)?.seq ?? Infinity, lastSeq(shown.items)];
        if (seq >= first && seq <= last) return update(() => ({ position }));
        void load(shown.place, seq, { ...staying(shown), position });
      },
      stands: (now) => {
        view = now;
        if (now.atEnd) update(() => ({ arrived: 0 }));
      },
      drafted: (news) => update((shown) => (samePlace(shown.place, news) ? { draftNews: news } : {})),
      dropAside: () => update(({ draftNews }) => ({ draftNews: { ...draftNews, shared: { ...draftNews.shared, aside: null } } })),
      wrote: (text) => {
        written = text;
      },
      seen: (seq) => {
        const { shown } = get();
        if (shown.kind !== 'open' || seq <= readSeq) return;
        const [mine, before] = [run, readSeq];
        readSeq = seq;
        connection.send('thread.seen', { ...shown.place, seq }).catch(() => {
          // Told again with the next message that is seen, or when the channel is back.
          if (mine === run) readSeq = before;
        });
      },
      send: async (place, author, message) => {
        const key = `${PROVISIONAL}${++sent}`;
        const here = (): OpenThread | null => {
          const { shown } = get();
          return shown.kind === 'open' && samePlace(shown.place, place) ? shown : null;
        };
        const settle = (change: (items: readonly ThreadItem[]) => ThreadItem[]): void => {
          if (here()) update((now) => ({ items: change(now.items) }));
        };
        // Further up there is no place for it yet: the end is opened once it is queued, and holds it.
        const further = here()?.after ?? false;
        if (here() && !further) {
          const item = provisionalMessage({ key, ...message }, author, Date.now());
          update((now) => ({ items: [...now.items, item], position: { to: 'end' } }));
        }
        try {
          const answer = await connection.send('message.send', {
            ...place,
            text: message.text,
            mentions: message.mentions.map((person) => person.id),
            ...(message.reply ? { replyTo: message.reply.key } : {}),
            undoable: message.undoable,
            files: (message.files ?? []).map((file) => file.id),
          });
          if (further && here()) get().toLatest();
          settle((items) =>
            items.some((item) => item.key === answer.key)
              ? items.filter((item) => item.key !== key)
              : items.map((item) => (item.key === key ? { ...item, key: answer.key } : item)),
          );
        } catch (error) {
          settle((items) => items.filter((item) => item.key !== key));
          throw error;
        }
      },
      changed: (change) =>
        update((shown) => {
          if (!samePlace(shown.place, change)) return {};
          const oldest = shown.items.find((item) => item.seq !== null)?.seq ?? null;
          const older = oldest !== null && change.items.some((item) => item.seq !== null && item.seq < oldest);
          const cut = change.items.filter((item) => (item.seq ?? 0) > shown.newest).length >= MOST_TOLD;
          const after = shown.after || (cut && oldest !== null);
          return {
            items: mergeItems(shown.items, change, { before: oldest !== null, after }),
            after,
            before: shown.before || older || (cut && oldest === null) || (oldest !== null && shown.loading && !change.loading),
            arrived: view.atEnd && !after ? 0 : shown.arrived + countArrived(change.items, shown.newest),
            newest: Math.max(shown.newest, change.newest),
            conversation: change.view ?? shown.conversation,
            loading: change.loading,
          };
        }),
      typed: (change) => {
        const { shown } = get();
        if (shown.kind === 'open' && samePlace(shown.place, change)) set({ typing: change.people });
      },
      gone: (conversation, thread = 'all') => {
        const { shown, heading } = get();
        const place = heading ?? ('place' in shown ? shown.place : null);
        if (place?.conversation !== conversation) return;
        // Without the notes the rest stays open.
        if (thread === 'team' && place.thread === 'all') return;
        const mine = shown.kind === 'open' && heading === null;
        const unsent = mine ? unsentOf(shown.items, [written, shown.draftNews.shared.aside ?? '']) : '';
        replace({ kind: 'gone', what: thread, conversation, unsent });
      },
    };
  });
}
