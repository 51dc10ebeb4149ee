import { join } from 'node:path';

import { runner } from 'node-pg-migrate';
import { Client } from 'pg';

import type { Log } from '../log.ts';

/** Brings the schema up to date. Nodes that start together do so one after the other. */
export async function migrate(url: string, log: Log): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const done = await runner({
      dbClient: client,
      dir: join(import.meta.dirname, 'migrations'),
      direction: 'up',
      migrationsTable: 'migrations',
      count: Number.POSITIVE_INFINITY,
      checkOrder: true,
      advisoryLockMode: 'wait',
      logger: { debug() {}, info() {}, warn: (text) => log.warn('migration', { text }), error() {} },
    });
    for (const { name } of done) log.info('migrated', { name });
  } finally {
    await client.end();
  }
}
