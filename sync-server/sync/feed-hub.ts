import type { WebSocket } from 'ws';

import type { ThreadName } from '#shared/ids.ts';
import { LIMITS } from '#shared/limits.ts';
import type { PresenceState } from '#shared/wire.ts';

import type { Caller } from '../auth/authentication.ts';
import type { Database } from '../storage/database.ts';
import type { FeedCursor } from '../storage/feed-cursor.ts';
import { streamPage, type StreamPage } from '../storage/feed-items.ts';
import { audiences, streamsFor } from '../storage/feed.ts';
import { FeedSocket, type FeedSocketOptions } from './feed-socket.ts';

export type FeedHub = {
  sockets: ReadonlySet<FeedSocket>;
  add(socket: WebSocket, caller: Caller, cursor: FeedCursor): FeedSocket;
  /** These streams grew. */
  wake(streams: Iterable<string>): void;
  wakeAll(): void;
  /** Whom a thread is told to: an agency's stream, and those of single accounts. */
  streamsOf(place: { conversation: string; thread: ThreadName }): Promise<string[]>;
  /** Wakes those that are behind these ends of streams, and says how many streams that were. */
  heal(ends: ReadonlyMap<string, number>): number;
  streams(): string[];
  typing(place: { conversation: string; thread: ThreadName }, state: PresenceState): void;
  /** Without `conversation`: of all. */
  forgetAudience(conversation?: string): void;
};

/** All feeds that are open here. */
export function createFeedHub(
  db: Database,
  {
    follow,
    onError,
    ...told
  }: { follow: (audience: string) => () => void } & Pick<FeedSocketOptions, 'now' | 'limits' | 'refused' | 'meters' | 'onError'>,
): FeedHub {
  const sockets = new Set<FeedSocket>();
  const byStream = new Map<string, Set<FeedSocket>>();
  const reading = new Map<string, Promise<StreamPage>>();
  const audience = new Map<string, Promise<{ agency: string; others: string[] } | null>>();

  /** Two hundred of an agency's staff stand at the same place: it is read and joined once for all who ask at the same time. */
  function page(stream: string, after: number): Promise<StreamPage> {
    const place = `${stream}/${after}`;
    const known = reading.get(place);
    if (known) return known;
    const read = db
      .read((reader) => streamPage(reader, stream, after, LIMITS.feedPage))
      .finally(() => {
        if (reading.get(place) === read) reading.delete(place);
      });
    reading.set(place, read);
    return read;
  }

  function audienceOf(conversation: string): Promise<{ agency: string; others: string[] } | null> {
    const known = audience.get(conversation);
    if (known) return known;
    const asked = db.read(async (reader) => (await audiences(reader, [conversation])).get(conversation) ?? null);
    audience.set(conversation, asked);
    asked.catch(() => audience.delete(conversation));
    return asked;
  }

  async function tellTyping(place: { conversation: string; thread: ThreadName }, state: PresenceState): Promise<void> {
    const people = await audienceOf(place.conversation);
    if (!people) return;
    const { account, name, typing } = state;
    for (const stream of streamsFor(people, place.thread)) {
      for (const socket of byStream.get(stream) ?? []) {
        if (socket.caller.account === account || socket.leftOut(place.conversation)) continue;
        socket.sendPassing({ type: 'typing', ...place, account, name, typing });
      }
    }
  }

  return {
    sockets,
    add(socket, caller, cursor) {
      const followed = [...cursor.keys()].map(follow);
      const feed: FeedSocket = new FeedSocket({
        socket,
        caller,
        db,
        cursor,
        page,
        ...told,
        onError,
        onEnd() {
          sockets.delete(feed);
          for (const unfollow of followed) unfollow();
          for (const stream of feed.streams) {
            byStream.get(stream)?.delete(feed);
            if (byStream.get(stream)?.size === 0) byStream.delete(stream);
          }
        },
      });
      sockets.add(feed);
      for (const stream of feed.streams) byStream.set(stream, (byStream.get(stream) ?? new Set()).add(feed));
      return feed;
    },
    wake(streams) {
      for (const stream of streams) {
        // A read that began before this commit doesn't hold it.
        for (const place of reading.keys()) {
          if (place.startsWith(`${stream}/`)) reading.delete(place);
        }
        for (const socket of byStream.get(stream) ?? []) socket.wake();
      }
    },
    wakeAll() {
      reading.clear();
      for (const socket of sockets) socket.wake();
    },
    async streamsOf({ conversation, thread }) {
      const people = await audienceOf(conversation);
      return people ? streamsFor(people, thread) : [];
    },
    heal(ends) {
      let healed = 0;
      for (const [stream, newest] of ends) {
        const behind = [...(byStream.get(stream) ?? [])].filter((socket) => socket.isBehind(stream, newest));
        for (const socket of behind) socket.wake();
        if (behind.length > 0) healed++;
      }
      return healed;
    },
    streams: () => [...byStream.keys()],
    typing(place, state) {
      if (sockets.size > 0) tellTyping(place, state).catch(onError);
    },
    forgetAudience(conversation) {
      if (conversation === undefined) audience.clear();
      else audience.delete(conversation);
    },
  };
}
