import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { seeded } from '../harness/seeded.ts';
import { DATABASES } from './databases.ts';
import type { Fault } from './fault.ts';
import { Floor } from './floor.ts';
import { KILLED } from './killed.ts';
import { MACHINES } from './machines.ts';
import { NETWORKS } from './networks.ts';
import { expectWhole } from './whole.ts';

/** `npm run test:faults` has each fault alone, and then so many rounds of what dice choose; 0: each once, in as few groups as go. */
const ROUNDS = Number(process.env['FAULT_ROUNDS']);
const HURRY = ROUNDS > 0 ? ([30, 120] as const) : ([150, 400] as const);
/** Part of the names of those that are tried: all without it. */
const ONLY = process.env['FAULTS'] ?? '';
const FAULTS = [...KILLED, ...NETWORKS, ...DATABASES, ...MACHINES].filter(({ name }) => name.includes(ONLY));
if (FAULTS.length === 0) throw new Error(`FAULTS: no fault has “${ONLY}” in its name`);

const { seed, random } = seeded('faults');
const possible = FAULTS.filter(({ missing }) => missing == null);
let floor: Floor;
beforeAll(async () => {
  floor = await Floor.begin(random, HURRY);
});
afterAll(async () => {
  const done = JSON.stringify({ commits: floor.way.done, frames: floor.frames.done });
  console.log(`FAULT_SEED=${seed}: ${floor.sent.size} messages, ${floor.refused.length} refused by full disks, ${done}`);
  await floor.end();
});

const named = (faults: readonly Fault[]): string => faults.map(({ name }) => name).join('; and ');
const goTogether = (faults: readonly Fault[], one: Fault): boolean =>
  faults.every(({ touches }) => touches.every((what) => !one.touches.includes(what)));

/** Lets them strike together, and looks at what is left. */
async function strike(faults: readonly Fault[]): Promise<void> {
  const before = floor.sent.size;
  try {
    const ends: PromiseSettledResult<void>[] = [];
    await floor.underLoad(async () => {
      // Each to its end, or what one leaves unmended is the next one's.
      ends.push(...(await Promise.allSettled(faults.map((fault) => fault.strike(floor)))));
    });
    for (const fault of faults) ends.push(...(await Promise.allSettled([fault.strikeLast?.(floor)])));
    // One that could not be tried is often the first that shows what is broken: what is left says more of it.
    ends.push(...(await Promise.allSettled([expectWhole(floor)])));
    const failures = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
    expect(failures.toReversed().join('\n'), 'what is left, and what could not be tried').toBe('');
    expect(floor.sent.size, 'nobody wrote').toBeGreaterThan(before);
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`FAULT_SEED=${seed}, ${named(faults)}: ${why}`, { cause: error });
  }
}

/** All of them, each once, in the order of the dice. */
function groups(): Fault[][] {
  const groups: Fault[][] = [];
  const left = [...possible];
  while (left.length > 0) {
    const [one] = left.splice(Math.floor(random() * left.length), 1) as [Fault];
    const group = groups.find((faults) => goTogether(faults, one));
    if (group) group.push(one);
    else groups.push([one]);
  }
  return groups;
}

function chosen(): Fault[] {
  const faults: Fault[] = [];
  for (let left = floor.between(1, 3); left > 0; left--) {
    const free = possible.filter((one) => goTogether(faults, one));
    if (free.length > 0) faults.push(free[Math.floor(random() * free.length)]!);
  }
  return faults;
}

describe(`[FAULT-1] each message is there once, in Postgres, in every replica and on every screen, though (seed ${seed})`, () => {
  const together = ROUNDS > 0 ? possible.map((fault) => [fault]) : groups();
  it.each(together.map((faults) => [named(faults), faults] as const))(
    '%s',
    async (_names, faults) => {
      await strike(faults);
      expect(faults).not.toEqual([]);
    },
    240_000,
  );
  it.for(FAULTS.filter(({ missing }) => missing != null))('not here: $name ($missing)', ({ missing }, { skip }) => {
    expect(missing).not.toBe('');
    skip();
  });
});

describe.runIf(ROUNDS > 0)('[FAULT-2] the same, though several meet as dice will have it:', () => {
  it.each(Array.from({ length: ROUNDS }, (_, index) => index + 1))(
    `round %i of ${ROUNDS} (seed ${seed})`,
    async (round) => {
      const faults = chosen();
      console.log(`round ${round}: ${named(faults)}`);
      await strike(faults);
      expect(faults).not.toEqual([]);
    },
    300_000,
  );
});
