import { factSchema, targetOf, type Fact, type MessageFact } from '#shared/facts.ts';
import type { ThreadName } from '#shared/ids.ts';

import { refreshConversation } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import { knowsEntry, putQueuedMessage } from '../storage/items.ts';
import {
  comparableOffers,
  firstPlaces,
  forgetOffer,
  hasMessage,
  isOffering,
  letOfferWait,
  offerAgain,
  readSetBackAt,
  type OfferedRow,
} from '../storage/offered.ts';
import { markNotSent, orphans, rewriteEntry } from '../storage/outbox.ts';

/** Puts own entries that a server lacks, which was set back to a backup, into the queue again (decision 0026). */
export type Offering = {
  /** More may be known of what the server has. */
  look(): void;
  stop(): void;
};

const AT_ONCE = 500;
/** How long an answer waits for the message that it quotes to be offered by its author; then it goes without. */
export const QUOTE_MS = 10 * 60 * 1_000;
/** What changes a message that nobody has any more says nothing. */
const GIVEN_UP_MS = 30 * 24 * 60 * 60 * 1_000;

export function createOffering(deps: {
  store: Store;
  me: string;
  now: () => number;
  onQueued: (entries: { conversation: string; thread: ThreadName; key: string }[]) => void;
  onFailure: (error: unknown) => void;
}): Offering {
  const { store, me, now } = deps;
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  let offering = isOffering(store);

  function look(): void {
    if (stopped || !(offering ||= isOffering(store))) return;
    try {
      for (let more = true; more;) {
        const queued: OfferedRow[] = [];
        more = store.transact(() => compare(queued));
        if (queued.length > 0) deps.onQueued(queued);
      }
      if (now() - readSetBackAt(store) >= QUOTE_MS) giveUpTargets();
      offering = isOffering(store);
    } catch (error) {
      // A disk that takes nothing: the next look goes on.
      deps.onFailure(error);
    }
    if (offering) timer ??= setTimeout(again, QUOTE_MS).unref();
  }

  function again(): void {
    timer = null;
    look();
  }

  /** Nobody offers again what these speak of: a message goes without its quote, and of the others it is said that they can't be sent. */
  function giveUpTargets(): void {
    const given = orphans(store);
    store.transact(() => {
      for (const row of given) {
        const fact = JSON.parse(row.fact) as Fact;
        if (fact.kind === 'message') rewriteEntry(store, row.key, withoutQuote(fact));
        else markNotSent(store, [row.key], 'target');
      }
    });
    if (given.length > 0) deps.onQueued(given);
  }

  /** Whether there may be more to compare. */
  function compare(queued: OfferedRow[]): boolean {
    const rows = comparableOffers(store, AT_ONCE);
    let place = firstPlaces(store, rows.length);
    let settled = 0;
    for (const row of rows) {
      place++;
      const fact = offerOf(row);
      if (fact === 'waits') {
        if (row.waits === 0) settled++;
        letOfferWait(store, row.key);
        continue;
      }
      settled++;
      forgetOffer(store, row.key);
      if (fact === null) continue;
      offerAgain(store, row, fact, place - 1);
      if (fact.kind === 'message') putQueuedMessage(store, row, row.key, me, fact);
      queued.push(row);
    }
    for (const id of new Set(queued.map(({ conversation }) => conversation))) refreshConversation(store, id, me);
    return settled > 0 && rows.length === AT_ONCE;
  }

  /** `null`: the server has it, or it says nothing any more. */
  function offerOf(row: OfferedRow): Fact | 'waits' | null {
    if (knowsEntry(store, row, row.key)) return null;
    const read = factSchema(row.thread).safeParse(JSON.parse(row.fact));
    if (!read.success) return null;
    const fact = read.data;
    const target = targetOf(fact);
    if (target === null || hasMessage(store, row, target)) return fact;
    const waited = now() - row.since;
    if (fact.kind !== 'message') return waited < GIVEN_UP_MS ? 'waits' : null;
    if (waited < QUOTE_MS) return 'waits';
    return withoutQuote(fact);
  }

  return {
    look,
    stop() {
      stopped = true;
      if (timer) clearTimeout(timer);
    },
  };
}

function withoutQuote({ replyTo: _gone, ...message }: MessageFact): MessageFact {
  return message;
}
