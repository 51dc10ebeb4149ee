import { AppError } from '#shared/errors.ts';

import { Counts, MinuteCounts } from '../counts.ts';
import type { ServerLimits } from '../limits.ts';
import type { Refusals } from '../refusals.ts';

/** Who may open a socket now: so many are looked up in Postgres at once, so many wait, and the rest comes back later. */
export type Admission = {
  /** Waits for its turn; what it gives ends it. @throws AppError unavailable, too-many-requests, with `retryAfterMs` */
  enter(address: string): Promise<() => void>;
  /** It was nobody's upgrade. */
  wasNobody(address: string): void;
  /** A socket is open. What it gives ends it; `null`: this account, or address, has as many as it may have. */
  occupy(address: string, account: string): (() => void) | null;
  state(): { underWay: number; waiting: number };
};

/** A server that comes back has dealt with thousands by then. */
const LATER_MS = 3_000;

export type AdmissionOptions = { limits: ServerLimits; refused: Refusals; now?: () => number; random?: () => number };

export function createAdmission({ limits, refused, now = Date.now, random = Math.random }: AdmissionOptions): Admission {
  const waiting: (() => void)[] = [];
  const entered = new Counts();
  const nobody = new MinuteCounts();
  const ofAddress = new Counts();
  const ofAccount = new Counts();
  let underWay = 0;

  const later = (): number => Math.round(LATER_MS * (1 + random()));

  function leave(address: string): void {
    entered.give(address);
    // The place goes from hand to hand: nobody comes in between.
    const next = waiting.shift();
    if (next) next();
    else underWay--;
  }

  return {
    async enter(address) {
      if (nobody.isOver(address, limits.badUpgradesPerAddress, now())) {
        refused('bad-upgrades');
        throw new AppError('too-many-requests', 'Too many tries without a sign-in from this address. Wait, and sign in.', {
          retryAfterMs: nobody.left(now()),
          limit: 'bad-upgrades',
        });
      }
      if (waiting.length >= limits.openingsWaiting) {
        refused('openings');
        throw new AppError('unavailable', 'Very many are connecting just now. Nothing is lost; come back in a moment.', {
          retryAfterMs: later(),
          limit: 'openings',
        });
      }
      if (!entered.take(address, limits.openingsPerAddress)) {
        refused('openings-per-address');
        throw new AppError('too-many-requests', 'Very many are connecting from this address. Come back in a moment.', {
          retryAfterMs: later(),
          limit: 'openings-per-address',
        });
      }
      if (underWay >= limits.openingsAtOnce) {
        const turn = Promise.withResolvers<void>();
        waiting.push(turn.resolve);
        await turn.promise;
      } else underWay++;
      let left = false;
      return () => {
        if (!left) leave(address);
        left = true;
      };
    },
    wasNobody: (address) => nobody.add(address, now()),
    occupy(address, account) {
      if (!ofAddress.take(address, limits.socketsPerAddress)) {
        refused('sockets-per-address');
        return null;
      }
      if (!ofAccount.take(account, limits.socketsPerAccount)) {
        ofAddress.give(address);
        refused('sockets-per-account');
        return null;
      }
      return () => {
        ofAddress.give(address);
        ofAccount.give(account);
      };
    },
    state: () => ({ underWay, waiting: waiting.length }),
  };
}
