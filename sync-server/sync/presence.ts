import { z } from 'zod';

import { LIMITS } from '#shared/limits.ts';
import type { Role } from '#shared/roles.ts';
import type { PresenceState } from '#shared/wire.ts';

import { readAwareness, type AwarenessEntry } from './frames.ts';
import { Rate } from './rate.ts';

const claimedState = z.object({ typing: z.boolean().catch(false) });

/** `lease`: under which its client's own entry stands; `null` for one that speaks no awareness. */
export type PresenceOwner = { account: string; name: string; role: Role; lease: number | null };

/**
 * What others are shown of one socket. Of all that a client claims, only "typing" of the entry under its own lease counts; who it
 * is, under which awareness id and with which clock, is the server's own.
 */
export class Presence {
  readonly owner: PresenceOwner;
  /** Above every lease, so that nobody takes it for a client that writes. */
  readonly client: number;
  /** Messages that were forged, unreadable, too large or too many. */
  dropped = 0;
  readonly #onChange: (entry: AwarenessEntry, state: PresenceState | null) => void;
  readonly #rate: Rate;
  #clock = 0;
  #state: PresenceState | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    owner: PresenceOwner,
    options: { client: number; now: number; onChange: (entry: AwarenessEntry, state: PresenceState | null) => void },
  ) {
    this.owner = owner;
    this.client = options.client;
    this.#onChange = options.onChange;
    this.#rate = new Rate(LIMITS.presencePerSecond, LIMITS.presencePerSecond, options.now);
  }

  get shown(): AwarenessEntry | null {
    return this.#state === null ? null : this.#entry();
  }

  receive(update: Uint8Array, now: number): void {
    const claimed = update.length <= LIMITS.presenceBytes * 8 ? this.#own(update) : null;
    if (claimed === null || !this.#rate.take(now)) {
      this.dropped++;
      return;
    }
    const { account, name, role } = this.owner;
    this.#show(claimed.state === null ? null : { account, name, role, typing: claimed.state.typing });
  }

  /** Of a client that speaks no awareness; ends by itself like everybody's. */
  type(): void {
    const { account, name, role } = this.owner;
    this.#show({ account, name, role, typing: true });
  }

  /** The socket is gone. */
  end(): void {
    if (this.#state !== null) this.#show(null);
  }

  #own(update: Uint8Array): { state: { typing: boolean } | null } | null {
    try {
      const own = readAwareness(update).find(({ client }) => client === this.owner.lease);
      if (!own || Buffer.byteLength(own.state) > LIMITS.presenceBytes) return null;
      const value: unknown = JSON.parse(own.state);
      return { state: value === null ? null : claimedState.parse(value) };
    } catch {
      return null; // counted by the caller: presence is worth no more
    }
  }

  #show(state: PresenceState | null): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = state?.typing ? setTimeout(() => this.#show({ ...state, typing: false }), LIMITS.typingMs) : null;
    this.#state = state;
    this.#clock++;
    this.#onChange(this.#entry(), state);
  }

  #entry(): AwarenessEntry {
    return { client: this.client, clock: this.#clock, state: JSON.stringify(this.#state) };
  }
}
