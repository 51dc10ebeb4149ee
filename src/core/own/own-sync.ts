import * as Y from 'yjs';

import { LIMITS } from '#shared/limits.ts';
import { draftedBy, markedBy, SETTING_PREFIX } from '#shared/own.ts';
import { CLOSE, type Refusal } from '#shared/wire.ts';

import type { Log } from '../platform.ts';
import { mayKeepDraft, readConversation, refreshConversation } from '../storage/conversations.ts';
import type { Store } from '../storage/database.ts';
import type { Place } from '../storage/items.ts';
import { forgetWaitingOwn, resetOwn, waitingOwn } from '../storage/own-values.ts';
import { openLiveDocument, type LiveDocument } from '../sync/live-document.ts';
import { loadOwnReplica, type OwnReplica } from './own-replica.ts';
import { takeDraft } from './shared-drafts.ts';

const NAME = 'me';
/** After so many refusals it is left alone until the next connection. */
const PATIENCE = 10;

const conversationsOf = (keys: readonly string[]): string[] => [...new Set(keys.flatMap((key) => markedBy(key) ?? []))];

/** Keeps the person's own document in step with their other devices: what waits here goes out, what the server has comes in. */
export type OwnSync = {
  /** Something may wait. */
  pump(): void;
  setOnline(online: boolean): void;
  /** Throws the document in memory away and makes it anew from the disk: after another lease. */
  rebuild(): void;
  probe(): void;
  stop(): void;
};

export function createOwnSync(deps: {
  store: Store;
  me: string;
  server: string;
  clientId: () => number;
  token: () => string;
  timeline: () => string | null;
  random: () => number;
  log: Log;
  onChanged: (conversations: string[]) => void;
  /** Other drafts are here than before, or words of another device were put aside. */
  onDrafts: (places: Place[]) => void;
  /** Settings or canned replies are others. */
  onSettings: () => void;
  renewLease: (used: number) => Promise<void>;
  /** The access token is no good: gets another one, and connects. */
  signInAgain: () => Promise<void>;
  onFailure: (error: unknown) => void;
}): OwnSync {
  const { store, log } = deps;
  /** Entries that were written into the document: when they were made, and the own clock behind them. */
  const underWay = new Map<string, { at: number; clock: number }>();
  let live: LiveDocument | null = null;
  let replica: OwnReplica | null = null;
  let online = false;
  let stopped = false;
  let refusals = 0;
  /** Raised when the document is thrown away: what comes from the one before isn't for this one. */
  let made = 0;

  const load = async (): Promise<void> => {
    const mine = ++made;
    const isCurrent = (): boolean => mine === made && !stopped;
    const loaded = loadOwnReplica(store);
    replica = loaded;
    const opened = await openLiveDocument({
      store,
      name: NAME,
      clientId: deps.clientId(),
      server: deps.server,
      token: deps.token,
      timeline: deps.timeline,
      random: deps.random,
      online,
      load: (doc) => Y.applyUpdate(doc, Y.encodeStateAsUpdate(loaded.doc)),
      events: {
        onUpdate: (bytes) => isCurrent() && take(bytes),
        onSynced: () => isCurrent() && pump(),
        onRefusal: (refusal) => isCurrent() && refused(refusal),
        onReads: () => undefined,
        onTyping: () => undefined,
        onUnreadable: deps.onFailure,
        onRejected: (code) => {
          if (!isCurrent()) return;
          if (code === CLOSE.signIn) return void deps.signInAgain().catch(deps.onFailure);
          log.info('own-rejected', { code });
          startOver('reset');
        },
      },
    });
    if (!isCurrent()) return opened.destroy();
    live = opened;
    opened.setOnline(online);
  };

  const discard = (): void => {
    made++;
    const old = live;
    live = null;
    replica = null;
    underWay.clear();
    // Not from inside the provider's own listener.
    if (old) setImmediate(() => old.destroy());
  };

  const make = (): void => void load().catch(deps.onFailure);

  const startOver = (how: 'as-it-is' | 'reset'): void => {
    discard();
    if (how === 'reset') {
      if (++refusals > PATIENCE) return;
      resetOwn(store);
    }
    make();
  };

  const refused = ({ rule, keys }: Refusal): void => {
    log.info('own-refused', { rule, keys: keys.length });
    if (rule === 'fork' || rule === 'foreign-client') {
      discard();
      if (++refusals <= PATIENCE) deps.renewLease(deps.clientId()).catch(deps.onFailure);
      return;
    }
    // What the server will never take must not stand in the way of the rest.
    if (rule === 'schema' || rule === 'root') store.transact(() => keys.forEach((key) => forgetWaitingOwn(store, key)));
    startOver('reset');
    changed(keys);
  };

  const changed = (keys: readonly string[]): void => {
    const ids = conversationsOf(keys);
    if (ids.length > 0) deps.onChanged(ids);
  };

  const takeDraftOf = (key: string): Place[] => {
    const place = draftedBy(key);
    const record = place && readConversation(store, place.conversation);
    return record && mayKeepDraft(store, record, place.thread) && takeDraft(store, place) ? [place] : [];
  };

  const take = (bytes: Uint8Array): void => {
    try {
      let keys: string[] = [];
      const drafts: Place[] = [];
      replica!.take(bytes, (found) => {
        keys = found;
        for (const id of conversationsOf(keys)) refreshConversation(store, id, deps.me);
        drafts.push(...keys.flatMap(takeDraftOf));
      });
      changed(keys);
      if (drafts.length > 0) deps.onDrafts(drafts);
      if (keys.some((key) => key.startsWith(SETTING_PREFIX))) deps.onSettings();
      settle();
    } catch (error) {
      deps.onFailure(error);
      // The disk didn't take it: it comes again with the next connection, to a copy that is what the disk has.
      discard();
      setTimeout(() => !stopped && live === null && make(), 2_000).unref();
    }
  };

  /** What the server has of ours is under way no more; where it did not come to hold there, it is written once more. */
  const settle = (): void => {
    const committed = Y.getState(replica!.doc.store, deps.clientId());
    const done = [...underWay].filter(([, { clock }]) => clock <= committed).map(([key]) => key);
    for (const key of done) underWay.delete(key);
    if (done.length > 0) {
      refusals = 0;
      live?.acknowledged(done);
    }
    pump();
  };

  const pump = (): void => {
    if (stopped || !live?.synced()) return;
    let bytes = 0;
    const entries: { key: string; value: unknown }[] = [];
    const times = new Map<string, number>();
    for (const { key, value, at } of waitingOwn(store)) {
      if (underWay.get(key)?.at === at) continue;
      bytes += JSON.stringify(value).length + 200;
      if (entries.length > 0 && (bytes > LIMITS.pendingBytes / 2 || underWay.size + entries.length >= LIMITS.pendingEntries))
        break;
      entries.push({ key, value: { value, at } });
      times.set(key, at);
    }
    if (entries.length === 0) return;
    const clock = live.set(entries);
    for (const [key, at] of times) underWay.set(key, { at, clock });
  };

  make();
  return {
    pump,
    setOnline(next) {
      if (next && !online) {
        refusals = 0;
        if (live === null && replica === null) make();
      }
      online = next;
      live?.setOnline(next);
    },
    rebuild: () => startOver('as-it-is'),
    probe: () => live?.probe(),
    stop() {
      stopped = true;
      discard();
    },
  };
}
