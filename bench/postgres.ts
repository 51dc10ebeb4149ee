import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from 'pg';

import { silentLog } from '../sync-server/log.ts';
import { inDatabase, startPostgres } from '../sync-server/postgres/postgres.ts';

/** One Postgres for all that is measured, with a database for each, as it comes: its commits are on the disk when it says so. */
export type BenchPostgres = {
  pid: number;
  /** How Postgres names itself. */
  version: string;
  database(): Promise<{ url: string; drop: () => Promise<void> }>;
  stop(): Promise<void>;
};

export async function benchPostgres(): Promise<BenchPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'trialogue-bench-postgres-'));
  // mkdtemp closes it, and as root Postgres runs under a user of its own.
  await chmod(dataDir, 0o711);
  const postgres = await startPostgres({ dataDir, log: silentLog, kind: 'admin', connections: 100 });
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  const { rows } = await client.query<{ pid: number; version: string }>(
    `SELECT pg_backend_pid() AS pid, current_setting('server_version') AS version`,
  );
  const stat = readFileSync(`/proc/${rows[0]!.pid}/stat`, 'utf8');
  return {
    version: rows[0]!.version,
    pid: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]),
    async database() {
      const name = `bench_${randomBytes(6).toString('hex')}`;
      await client.query(`CREATE DATABASE ${name}`);
      return {
        url: inDatabase(postgres.url, name),
        drop: async () => void (await client.query(`DROP DATABASE ${name} WITH (FORCE)`)),
      };
    },
    async stop() {
      await client.end();
      await postgres.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}
