import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { silentLog } from '../../sync-server/log.ts';
import { startPostgres } from '../../sync-server/postgres/postgres.ts';

/** One Postgres for all specs; each world has a database of its own in it. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'trialogue-e2e-postgres-'));
  // As root Postgres runs under a user of its own, which mkdtemp would keep out.
  await chmod(dataDir, 0o711);
  const postgres = await startPostgres({ dataDir, log: silentLog, kind: 'admin' });
  process.env['TRIALOGUE_E2E_POSTGRES'] = postgres.url;
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
