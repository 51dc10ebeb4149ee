import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startPostgres } from '../../sync-server/postgres/start-postgres.ts';

/** One Postgres for all specs; each world has a database of its own in it. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'trialogue-e2e-postgres-'));
  const postgres = await startPostgres({ dataDir, log: { info: () => {}, warn: () => {}, error: console.error } });
  process.env['TRIALOGUE_E2E_POSTGRES'] = postgres.url;
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
