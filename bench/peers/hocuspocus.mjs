// Hocuspocus 4 with its database extension, keeping whole documents in Postgres. DEBOUNCE_MS: how long it waits before it stores.
import { Database } from '@hocuspocus/extension-database';
import { Server } from '@hocuspocus/server';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
await pool.query('CREATE TABLE IF NOT EXISTS documents (name text PRIMARY KEY, data bytea NOT NULL)');
const debounce = Number(process.env.DEBOUNCE_MS);
const server = new Server({
  port: Number(process.env.PORT),
  address: '127.0.0.1',
  quiet: true,
  debounce,
  maxDebounce: Math.max(debounce, debounce === 0 ? 0 : 10_000),
  extensions: [
    new Database({
      async fetch({ documentName }) {
        const { rows } = await pool.query('SELECT data FROM documents WHERE name = $1', [documentName]);
        return rows[0]?.data ?? null;
      },
      async store({ documentName, state }) {
        await pool.query('INSERT INTO documents VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET data = excluded.data', [
          documentName,
          state,
        ]);
      },
    }),
  ],
});
await server.listen();
console.log('ready');
