import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { silentLog } from '../../sync-server/log.ts';
import { startPostgres } from '../../sync-server/postgres/postgres.ts';
import { until } from './seeded.ts';
import { Volume } from './volume.ts';

/** The Postgres of all faults (`fault-set-up.ts`), in the hands of one: it comes back at the port where it was. */
export class StoppablePostgres {
  readonly #folder = process.env['TRIALOGUE_E2E_POSTGRES_FOLDER'] ?? '';
  readonly #note = join(this.#folder, 'postgres', 'data', 'postmaster.pid');
  readonly disk = Volume.at(this.#folder);

  /** SIGINT: it stops, ending what is under way; SIGKILL: it is gone, and its processes see it. */
  async end(signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
    const pid = await this.#pid();
    if (pid === null) return;
    const note = await readFile(this.#note);
    process.kill(pid, signal);
    await until('the end of Postgres', () => !isAlive(pid));
    // One that stops takes its note away, by which the next one finds the port where everybody looks for it.
    await writeFile(this.#note, note);
  }

  /** Where it has not survived, or was ended. */
  async start(): Promise<void> {
    const started = await startPostgres({ dataDir: this.#folder, log: silentLog, kind: 'admin', connections: 100 });
    // It runs on: who set it up is still registered with it.
    await started.stop();
  }

  async #pid(): Promise<number | null> {
    try {
      const pid = Number((await readFile(this.#note, 'utf8')).split('\n')[0]);
      return isAlive(pid) ? pid : null;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
