import { LIMITS } from '#shared/limits.ts';

import type { RoomDocument } from '../storage/sockets.ts';
import { Presence, type PresenceOwner } from '../sync/presence.ts';
import { Rate } from '../sync/rate.ts';
import type { Rooms } from '../sync/rooms.ts';

export type ChatTypingOptions = {
  conversation: string;
  owner: PresenceOwner;
  rooms: Rooms;
  /** The newest epoch of the thread, where others look for who types. */
  newest: () => Promise<(RoomDocument & { epoch: number }) | null>;
  now: () => number;
};

/** One JSON client's presence: in the room of the thread's newest document from its first key to its last. */
export class ChatTyping {
  readonly #options: ChatTypingOptions;
  readonly #rate: Rate;
  #shown: Presence | null = null;
  #ended = false;

  constructor(options: ChatTypingOptions) {
    this.#options = options;
    this.#rate = new Rate(LIMITS.presencePerSecond, LIMITS.presencePerSecond, options.now());
  }

  async start(): Promise<void> {
    const { conversation, owner, rooms, newest, now } = this.#options;
    if (!this.#rate.take(now())) return;
    if (this.#shown) return this.#shown.type();
    const document = await newest();
    if (!document || this.#ended) return;
    const room = rooms.open(document, { kind: 'thread', conversation, thread: 'all', epoch: document.epoch });
    const presence = new Presence(owner, {
      client: room.issueClient(),
      now: now(),
      onChange: (entry, state) => {
        // A client that only ever types isn't present otherwise: its time ran out, so it leaves.
        if (state && !state.typing) return presence.end();
        room.present(presence, entry, state);
        if (state) return;
        this.#shown = null;
        room.guests.delete(presence);
        rooms.leave(room);
      },
    });
    this.#shown = presence;
    room.guests.add(presence);
    presence.type();
  }

  stop(): void {
    this.#shown?.end();
  }

  /** The socket is gone. */
  end(): void {
    this.#ended = true;
    this.stop();
  }
}
