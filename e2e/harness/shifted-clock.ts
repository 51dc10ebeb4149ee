import { readFileSync } from 'node:fs';

/**
 * Loaded before a program of ours (`node --import`): its clock is the machine's, and so many ms off as the file `CLOCK_FILE` says now. Timers
 * go by the other clock of the system, which no one can set.
 */
const Real = Date;
const LOOK_MS = 100;

function read(): number {
  try {
    return Number(readFileSync(process.env['CLOCK_FILE'] ?? '', 'utf8')) || 0;
  } catch {
    return 0; // nobody has set it yet
  }
}

let offset = read();
setInterval(() => {
  offset = read();
}, LOOK_MS).unref();

class ShiftedDate extends Real {
  constructor(...given: []) {
    super(...((given.length === 0 ? [Real.now() + offset] : given) as []));
  }

  static override now(): number {
    return Real.now() + offset;
  }
}
globalThis.Date = ShiftedDate as DateConstructor;
