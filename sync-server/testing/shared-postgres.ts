import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from 'pg';
import type { TestProject } from 'vitest/node';

import { silentLog } from '../log.ts';
import { inDatabase, startPostgres } from '../postgres/postgres.ts';
import { migrate } from '../storage/migrate.ts';
import { TEMPLATE } from './databases.ts';
import { startDesk } from './desk.ts';

declare module 'vitest' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- vitest's own is added to
  interface ProvidedContext {
    /** The Postgres of all integration tests; its database `TEMPLATE` has the schema and nothing else. */
    postgresUrl: string;
    /** Where tests that know the server by its wire alone get databases and admin commands (`desk.ts`). */
    deskUrl: string;
  }
}

/** Three files at a time have servers of several connections each. */
const CONNECTIONS = 300;

/** Starts one Postgres for all files: starting one for each took longer than many of their tests. */
export default async function sharedPostgres(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'trialogue-test-postgres-'));
  // mkdtemp closes it, and as root Postgres runs under a user of its own.
  await chmod(dataDir, 0o711);
  const postgres = await startPostgres({ dataDir, log: silentLog, kind: 'admin', connections: CONNECTIONS });
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`CREATE DATABASE ${TEMPLATE}`);
  // Tests connect thousands of times: the 4,096 rounds of each sign-in are most of what that costs.
  await client.query('SET scram_iterations = 1');
  await client.query(`ALTER ROLE CURRENT_USER PASSWORD '${new URL(postgres.url).password}'`);
  await client.end();
  await migrate(inDatabase(postgres.url, TEMPLATE), silentLog);
  const desk = await startDesk(postgres.url);
  project.provide('postgresUrl', postgres.url);
  project.provide('deskUrl', desk.url);
  return async () => {
    await desk.close();
    await postgres.stop();
    await rm(dataDir, { recursive: true });
  };
}
