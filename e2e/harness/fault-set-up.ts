import { beforeAll } from 'vitest';

import { silentLog } from '../../sync-server/log.ts';
import { startPostgres } from '../../sync-server/postgres/postgres.ts';
import { Volume } from './volume.ts';

/** A Postgres for the faults of one file, on a disk that can be full; `StoppablePostgres` stops, kills and starts it. */
beforeAll(async () => {
  const disk = Volume.make();
  const postgres = await startPostgres({ dataDir: disk.path, log: silentLog, kind: 'admin', connections: 100 });
  process.env['TRIALOGUE_E2E_POSTGRES'] = postgres.url;
  process.env['TRIALOGUE_E2E_POSTGRES_FOLDER'] = disk.path;
  return async () => {
    await postgres.stop();
    disk.end();
  };
});
