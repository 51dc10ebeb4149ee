import { AppError } from '#shared/errors.ts';

import { conversationIds, putConversation, readConversation } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import { readTimeline, replicaHeads, setBack, writeTimeline } from '../storage/offered.ts';
import { readSession, writeSession } from '../storage/session.ts';
import type { Turns } from '../turns.ts';
import type { ApiClient } from './api-client.ts';
import { putAccount } from './feed-items.ts';

/** Small enough that a page is read within one turn of 20 ms, also by a process that has just started. */
const PAGE = 25;
const SLICE_MS = 6;

/** Lists the account's conversations, newest first, a page at a time; goes on where it stopped. */
export type ConversationList = {
  /** Reads the first page and takes the feed's cursor from it; the others follow by themselves. */
  startAgain(): Promise<void>;
  /** Goes on with the pages that are missing. */
  goOn(): void;
  stop(): void;
};

export function createConversationList(deps: {
  store: Store;
  api: ApiClient;
  turns: Turns;
  /** What is older, in ms since 1970, and not here isn't brought here. */
  since: () => number;
  onPage: (ids: string[]) => void;
  now: () => number;
  /** The server was set back to a backup, and what was here of it is to be compared; under the client id that is given. */
  onSetBack: (clientId: number) => void;
  /** The own account is another now. */
  onAccount: () => void;
  /** The agency's notes on it were here, and are not ours any more. */
  onNotesGone: (id: string) => void;
  /** Listed before and not any more. */
  onMissing: (ids: string[]) => void;
  onFailure: (error: unknown) => void;
}): ConversationList {
  const { store, api } = deps;
  let listed: Set<string> | null = null;
  let running = false;
  let stopped = false;

  /** Its name tells; and so does a document that the server had more of once. */
  const compareHistory = async (
    { timeline, conversations }: Awaited<ReturnType<ApiClient['conversations']>>,
    heads: ReadonlyMap<string, number>,
  ): Promise<void> => {
    if (timeline === undefined) return;
    const known = readTimeline(store);
    const isBehind = conversations.some(({ documents }) => documents.some(({ document, n }) => n < (heads.get(document) ?? 0)));
    if (known === timeline && !isBehind) return;
    const isSetBack = known !== null || isBehind;
    // What this device wrote since then others may have: it never writes under those clocks again.
    const clientId = isSetBack ? await api.newLease() : null;
    if (stopped) return;
    store.transact(() => {
      const session = readSession(store)!;
      writeTimeline(store, timeline);
      if (clientId === null) return;
      setBack(store, session.account.id, deps.now());
      writeSession(store, { ...session, clientId, notifyAfter: 0 });
    });
    if (clientId !== null) deps.onSetBack(clientId);
  };

  const readPage = async (before: string | null): Promise<void> => {
    const heads = before === null ? replicaHeads(store) : null;
    const page = await api.conversations(before, PAGE);
    const ids: string[] = [];
    const notesGone: string[] = [];
    if (stopped) return;
    if (heads) await compareHistory(page, heads);
    if (stopped) return;
    // Of a change that was told while this machine had no feed.
    if (store.transact(() => putAccount(store, page.account))) deps.onAccount();
    for (let done = 0; done < page.conversations.length;) {
      await deps.turns.next();
      if (stopped) return;
      store.transactRepeatable(() => {
        const me = readSession(store)!.account.id;
        const end = performance.now() + SLICE_MS;
        while (done < page.conversations.length && performance.now() < end) {
          const conversation = page.conversations[done++]!;
          ids.push(conversation.id);
          const old = Date.parse(conversation.lastActivityAt) < deps.since();
          if (old && readConversation(store, conversation.id) === null) continue;
          if (putConversation(store, conversation, me).notesGone) notesGone.push(conversation.id);
        }
      });
    }
    for (const id of notesGone) deps.onNotesGone(id);
    if (stopped) return;
    store.transact(() => {
      const session = readSession(store)!;
      const newest = page.conversations.map((one) => Date.parse(one.lastActivityAt));
      writeSession(store, {
        ...session,
        // From here on by the server's clock, whatever this machine's says.
        notifyAfter: session.notifyAfter === 0 ? Math.max(1, ...newest) : session.notifyAfter,
        feedCursor: before === null ? page.feed : session.feedCursor,
        listNext: page.next,
        listDone: page.next === null,
      });
    });
    if (before === null) listed = new Set();
    for (const id of ids) listed?.add(id);
    deps.onPage(ids);
    if (page.next === null && listed) {
      const missing = conversationIds(store).filter((id) => !listed!.has(id));
      listed = null;
      if (missing.length > 0) deps.onMissing(missing);
    }
  };

  const goOn = (): void => {
    if (running || stopped) return;
    running = true;
    (async () => {
      for (;;) {
        const session = readSession(store);
        if (stopped || !session || session.listDone || session.listNext === null) return;
        await readPage(session.listNext);
      }
    })()
      .catch((error: unknown) => {
        // The next connection goes on from the same page.
        if (!stopped && !(error instanceof AppError && error.code === 'offline')) deps.onFailure(error);
      })
      .finally(() => {
        running = false;
      });
  };

  return {
    async startAgain() {
      await readPage(null);
      goOn();
    },
    goOn,
    stop: () => {
      stopped = true;
    },
  };
}
