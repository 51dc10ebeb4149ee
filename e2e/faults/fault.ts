import type { Floor } from './floor.ts';

/** Something that goes wrong, until it is mended again. */
export type Fault = {
  /** As it stands in the test's name. */
  name: string;
  /** What it has for itself: faults that share nothing can meet. */
  touches: readonly string[];
  /** Why it can't be had on this machine, with what to do; `null` where it can. */
  missing?: string | null;
  /** From its beginning to its end, while everybody writes. */
  strike(floor: Floor): Promise<void>;
  /** When nobody writes any more: what goes wrong with the last that is said, nothing that follows mends. */
  strikeLast?(floor: Floor): Promise<void>;
};
