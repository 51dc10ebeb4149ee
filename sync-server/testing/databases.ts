import { randomBytes } from 'node:crypto';

import { Client } from 'pg';

import { inDatabase } from '../postgres/postgres.ts';

/** Each test's database is a copy of it, which takes a fraction of making the schema. */
export const TEMPLATE = 'schema';

/** A new database with the schema in it; returns its address. */
export async function createTestDatabase(postgresUrl: string): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await inPostgres(postgresUrl, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  return inDatabase(postgresUrl, name);
}

/** Whoever is connected to it still is thrown out. */
export async function dropTestDatabase(url: string): Promise<void> {
  await inPostgres(inDatabase(url, 'postgres'), `DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
}

async function inPostgres(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
