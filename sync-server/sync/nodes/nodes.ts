import { newId } from '#shared/ids.ts';

import type { Chats } from '../../json-clients/chats.ts';
import type { Log } from '../../log.ts';
import type { Database } from '../../storage/database.ts';
import { chatHeads, documentHeads, streamHeads } from '../../storage/nodes.ts';
import { serverKey } from '../../storage/sessions.ts';
import type { FeedHub } from '../feed-hub.ts';
import type { Rooms } from '../rooms.ts';
import { createAwayPresence } from './away-presence.ts';
import { openBus, type Bus, type BusOptions } from './bus.ts';
import type { Hint } from './hints.ts';

export type NodesOptions = Pick<BusOptions, 'lookMs' | 'lookAwayMs' | 'peers'>;
type Deps = NodesOptions & {
  db: Database;
  log: Log;
  redisUrl: string | null;
  rooms: Rooms;
  hub: FeedHub;
  chats: Chats;
  now: () => number;
  onError: (error: unknown) => void;
};

/** This node among others: shows what they commit, and who types there. */
export async function openNodes({ db, log, redisUrl, rooms, hub, chats, now, onError, ...options }: Deps): Promise<Bus> {
  const away = createAwayPresence((hint) => {
    rooms.presentAway(hint);
    const { conversation, thread, person, typing } = hint;
    hub.typing({ conversation, thread }, { ...person, typing: typing ?? false });
    if (thread === 'all') chats.typing(conversation, { ...person, typing: typing ?? false });
  });

  function onHint(node: string, hint: Hint): void {
    switch (hint.kind) {
      case 'grew': {
        for (const { documentId, n, thread, rows } of hint.documents) {
          // Only what follows on what was shown is passed on; else, and for what comes without content, the log is read.
          for (const { from, to, update } of rows) {
            rooms.showRow({ documentId, from, to, update: Buffer.from(update, 'base64') });
          }
          rooms.grew(documentId, n);
          if (thread?.thread === 'all') chats.grew(thread.conversation);
        }
        return hub.wake(hint.streams);
      }
      case 'reads': {
        const raised = hint.raised.map(({ at, ...read }) => ({ ...read, at: new Date(at) }));
        rooms.showReads(raised);
        chats.showReads(raised);
        return hub.wake(hint.streams);
      }
      case 'presence':
        return away.heard(node, hint);
      case 'unsure':
        return heal();
    }
  }

  let healing: Promise<void> | null = null;
  let again = false;

  /** Compares what was shown here with what is committed. */
  async function healOnce(): Promise<void> {
    const ends = await db.read(async (reader) => ({
      documents: await documentHeads(reader, [...rooms.shown().keys()]),
      streams: await streamHeads(reader, hub.streams()),
      chats: await chatHeads(reader, chats.conversations()),
    }));
    // What was committed here at the same time is shown in this turn by whoever committed it.
    await new Promise(setImmediate);
    const behind = [...rooms.shown()].filter(([id, shown]) => (ends.documents.get(id) ?? 0) > shown);
    for (const [id] of behind) rooms.grew(id, ends.documents.get(id)!);
    chats.heal(ends.chats);
    bus.healed(behind.length + hub.heal(ends.streams));
  }

  function heal(): void {
    again = true;
    healing ??= (async () => {
      while (again) {
        again = false;
        await healOnce();
      }
    })()
      // Postgres is away: the next look finds the same, and its own connection tells when it is back.
      .catch(onError)
      .finally(() => {
        healing = null;
      });
  }

  const key = await db.transact((tx) => serverKey(tx, 'bus'));
  const bus = await openBus({
    db,
    log,
    node: newId(),
    key,
    redisUrl,
    now,
    onHint,
    onGone: (node) => away.forget(node),
    heal,
    ...options,
  });
  return {
    ...bus,
    async stop() {
      away.stop();
      await bus.stop();
      await healing;
    },
  };
}
