import { parseDocumentName, type ThreadName } from '#shared/ids.ts';
import { CLOSE, type PresenceState, type Refusal } from '#shared/wire.ts';

import type { Store } from '../storage/database.ts';
import { replicaRows } from '../storage/documents.ts';
import { waitingThreads } from '../storage/outbox.ts';
import { openLiveDocument, type LiveDocument } from './live-document.ts';
import { begunElsewhere, documentToWrite, sendWaiting } from './sender.ts';

/** Threads that were open last keep their socket, so that going back to one shows it live at once. */
const RECENT = 6;
/** Threads with something to send that are open at a time. */
const SENDING_AT_ONCE = 8;
/** A replica of more rows than these is put together: it loads faster as one. */
const ROWS_TO_COMPACT = 400;

type Held = {
  name: string;
  conversation: string;
  thread: ThreadName;
  live: LiveDocument | null;
  /** Entries under way here, with their sizes. */
  pending: Map<string, number>;
  usedAt: number;
  /** Stopped by the server; it is opened again when somebody asks for it anew. */
  rejected: boolean;
};

/** The documents that have a socket: those of open threads, those with something to send, the few most recent. */
export type LiveDocuments = {
  /** A thread was opened: keep it live until `close`. */
  open(conversation: string, thread: ThreadName): void;
  close(conversation: string, thread: ThreadName): void;
  /** Something may be there to send. */
  pump(): void;
  /** Own entries that the server has now. */
  accepted(keys: readonly string[]): void;
  sending(key: string): boolean;
  /** Whether a socket brings this document's updates by itself. */
  isLive(name: string): boolean;
  /** A committed update that came from the log. */
  receive(name: string, bytes: Uint8Array): void;
  setTyping(conversation: string, thread: ThreadName, typing: boolean): void;
  setOnline(online: boolean): void;
  /** Throws the document away and opens it from the replica again. */
  rebuild(name: string): void;
  rebuildAll(): void;
  probe(): void;
  drop(conversation: string, thread?: ThreadName): void;
  stop(): void;
};

export function createLiveDocuments(deps: {
  store: Store;
  server: string;
  clientId: () => number;
  token: () => string;
  timeline: () => string | null;
  random: () => number;
  now: () => number;
  onUpdate: (name: string, bytes: Uint8Array) => void;
  onRefusal: (name: string, refusal: Refusal, pending: string[]) => void;
  onReads: (conversation: string, reads: { account: string; thread: ThreadName; seq: number; at: number }[]) => void;
  onTyping: (conversation: string, thread: ThreadName, people: PresenceState[]) => void;
  onSending: (conversation: string, thread: ThreadName, keys: string[]) => void;
  /** A document was closed to us by this code. */
  onRejected: (name: string, code: number) => void;
  onManyRows: (name: string) => void;
  onFailure: (error: unknown) => void;
}): LiveDocuments {
  const { store } = deps;
  const held = new Map<string, Held>();
  const opened = new Map<string, { conversation: string; thread: ThreadName; count: number }>();
  let online = false;
  let stopped = false;

  const hold = (name: string): Held | null => {
    const ref = parseDocumentName(name);
    if (ref?.kind !== 'thread' || stopped) return null;
    let entry = held.get(name);
    if (!entry) {
      entry = {
        name,
        conversation: ref.conversation,
        thread: ref.thread,
        live: null,
        pending: new Map(),
        usedAt: 0,
        rejected: false,
      };
      held.set(name, entry);
      load(entry);
    }
    entry.usedAt = deps.now();
    return entry;
  };

  const load = (entry: Held): void => {
    const current = (): boolean => held.get(entry.name) === entry && !stopped;
    openLiveDocument({
      store,
      name: entry.name,
      clientId: deps.clientId(),
      server: deps.server,
      token: deps.token,
      timeline: deps.timeline,
      random: deps.random,
      online,
      events: {
        onUpdate: (bytes) => current() && deps.onUpdate(entry.name, bytes),
        onSynced: () => current() && pump(),
        onRefusal(refusal) {
          if (!current() || entry.rejected) return;
          // Nothing more is written here until the answer to this is found and the document is made anew.
          reject(entry);
          deps.onRefusal(entry.name, refusal, [...entry.pending.keys()]);
        },
        onReads: (reads) => current() && deps.onReads(entry.conversation, reads),
        onTyping: (people) => current() && deps.onTyping(entry.conversation, entry.thread, people),
        onUnreadable: (error) => deps.onFailure(error),
        onRejected: (code) => {
          if (!current() || entry.rejected) return;
          if (code !== CLOSE.signIn) reject(entry);
          deps.onRejected(entry.name, code);
        },
      },
    }).then((live) => {
      if (!current()) return live.destroy();
      entry.live = live;
      live.setOnline(online);
      if (replicaRows(store, entry.name).count > ROWS_TO_COMPACT) deps.onManyRows(entry.name);
    }, deps.onFailure);
  };

  const reject = (entry: Held): void => {
    entry.rejected = true;
    // Not from inside the provider's own listener: it goes on using what would be gone.
    const { live } = entry;
    entry.live = null;
    if (live) setImmediate(() => live.destroy());
  };

  const release = (name: string): void => {
    const entry = held.get(name);
    held.delete(name);
    entry?.live?.destroy();
  };

  /** Like `hold`, also when the server had closed it to us. */
  const anew = (name: string): void => {
    if (held.get(name)?.rejected) release(name);
    hold(name);
  };

  /** Documents that wait for their socket to send: not to be given up for it. */
  const sendingTo = new Set<string>();

  const trim = (): void => {
    const inUse = new Set([...opened.values()].map((place) => documentToWrite(store, place.conversation, place.thread)));
    const idle = [...held.values()]
      .filter((entry) => entry.pending.size === 0 && !inUse.has(entry.name) && !sendingTo.has(entry.name))
      .sort((a, b) => b.usedAt - a.usedAt);
    for (const entry of idle.slice(RECENT)) release(entry.name);
  };

  const pump = (): void => {
    if (stopped) return;
    if (online) {
      sendingTo.clear();
      for (const { conversation, thread } of waitingThreads(store)) {
        if (sendingTo.size === SENDING_AT_ONCE) break;
        const document = begunElsewhere(store, conversation, thread) ?? documentToWrite(store, conversation, thread);
        const entry = hold(document);
        // One that is closed to us must not stand in the way of the others.
        if (!entry || entry.rejected) continue;
        sendingTo.add(document);
        if (!entry.live?.synced()) continue;
        const keys = sendWaiting(store, { conversation, thread, document }, entry.live, entry.pending);
        if (keys.length > 0) deps.onSending(conversation, thread, keys);
      }
    }
    trim();
  };

  /** A full disk must not stop the rest: the entries wait, and the next pump tries again. */
  const pumpSafely = (): void => {
    try {
      pump();
    } catch (error) {
      deps.onFailure(error);
    }
  };

  const rebuild = (name: string): void => {
    const was = held.has(name);
    release(name);
    if (was) hold(name);
    pumpSafely();
  };

  return {
    open(conversation, thread) {
      const place = opened.get(`${conversation}/${thread}`) ?? { conversation, thread, count: 0 };
      opened.set(`${conversation}/${thread}`, { ...place, count: place.count + 1 });
      anew(documentToWrite(store, conversation, thread));
    },
    close(conversation, thread) {
      const place = opened.get(`${conversation}/${thread}`);
      if (place && place.count > 1) opened.set(`${conversation}/${thread}`, { ...place, count: place.count - 1 });
      else opened.delete(`${conversation}/${thread}`);
      trim();
    },
    pump: pumpSafely,
    accepted(keys) {
      for (const entry of held.values()) {
        for (const key of keys) entry.pending.delete(key);
        entry.live?.acknowledged(keys);
      }
      if (keys.length > 0) pumpSafely();
    },
    sending: (key) => online && [...held.values()].some((entry) => entry.pending.has(key) && entry.live?.synced() === true),
    isLive: (name) => held.get(name)?.live?.synced() === true,
    receive: (name, bytes) => held.get(name)?.live?.receive(bytes),
    setTyping(conversation, thread, typing) {
      held.get(documentToWrite(store, conversation, thread))?.live?.setTyping(typing);
    },
    setOnline(next) {
      if (next && !online) for (const entry of held.values()) if (entry.rejected) release(entry.name);
      online = next;
      for (const entry of held.values()) entry.live?.setOnline(online);
      if (online) {
        for (const place of opened.values()) hold(documentToWrite(store, place.conversation, place.thread));
        pumpSafely();
      }
    },
    rebuild,
    rebuildAll() {
      for (const name of Array.from(held.keys())) rebuild(name);
    },
    probe: () => held.forEach((entry) => entry.live?.probe()),
    drop(conversation, thread) {
      const isOf = (place: { conversation: string; thread: ThreadName }): boolean =>
        place.conversation === conversation && (thread === undefined || place.thread === thread);
      for (const entry of held.values()) if (isOf(entry)) release(entry.name);
      for (const [name, place] of opened) if (isOf(place)) opened.delete(name);
    },
    stop() {
      stopped = true;
      for (const name of held.keys()) release(name);
    },
  };
}
