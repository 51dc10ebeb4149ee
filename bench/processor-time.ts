import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

type Stat = { parent: number; seconds: number };

function statOf(pid: string): Stat | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Its own, and that of children which have ended: Postgres ends connections that are idle, and workers after each round.
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { parent: Number(fields[1]), seconds: ticks / TICKS_PER_SECOND };
  } catch {
    return null; // it has ended meanwhile
  }
}

/** Seconds of processor time of these processes and all that they started. Linux only. */
export function processorSeconds(roots: readonly number[]): number {
  const all = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(name) : null;
    if (stat) all.set(Number(name), stat);
  }
  const within = (pid: number): boolean => roots.includes(pid) || (all.has(pid) && pid > 1 && within(all.get(pid)!.parent));
  return [...all].reduce((sum, [pid, { seconds }]) => (within(pid) ? sum + seconds : sum), 0);
}

/** MB of a process's own memory and its share of what it shares with others. Linux only. */
export function memoryOf(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) / 1_024;
}
