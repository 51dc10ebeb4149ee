import type { LimitName } from './limits.ts';
import type { Log } from './log.ts';
import type { Meters } from './metrics/meters.ts';

/** Counts what a limit refused. Under an attack the log says it once a minute each, not once a refusal. */
export type Refusals = (limit: LimitName) => void;

const AGAIN_MS = 60_000;

export function createRefusals(meters: Pick<Meters, 'limited'>, log: Log, now: () => number = () => performance.now()): Refusals {
  const said = new Map<LimitName, { at: number; since: number }>();
  return (limit) => {
    meters.limited(limit);
    const last = said.get(limit);
    if (last && now() - last.at < AGAIN_MS) {
      last.since++;
      return;
    }
    log.warn('limit-refused', { limit, alsoSinceThen: last?.since ?? 0 });
    said.set(limit, { at: now(), since: 0 });
  };
}
