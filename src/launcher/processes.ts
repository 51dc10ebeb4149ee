import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's, but there
  }
}

/** How a process was called; `null` when it is gone or the system does not tell. Ids are given out again, so an id alone proves nothing. */
export function commandLine(pid: number): string | null {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    if (process.platform === 'win32') return null;
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return null;
  }
}

/** Ends a process that an earlier start left behind. `script` must be in how it was called, or it is somebody else's. */
export async function endLeftover(pid: number, script: string, patienceMs = 15_000): Promise<boolean> {
  const ours = () => isAlive(pid) && (commandLine(pid)?.includes(script) ?? false);
  if (!ours()) return false;
  process.kill(pid, 'SIGTERM');
  const until = performance.now() + patienceMs;
  while (ours() && performance.now() < until) await wait(100);
  if (ours()) process.kill(pid, 'SIGKILL');
  return true;
}
