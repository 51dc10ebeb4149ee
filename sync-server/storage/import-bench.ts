import { Client } from 'pg';

import { AppError } from '#shared/errors.ts';

import { column } from './columns.ts';
import type { Cells } from './platform-database.ts';

export type StagedMessage = {
  conversation: number;
  id: number;
  /** As Postgres reads it, to the microsecond. */ at: string;
  cells: Cells;
};

/** A connection of one import's own: it keeps other imports out, and sorts what is too much for memory. Nothing of it stays. */
export type ImportBench = {
  /** Gives the ids that were staged; one that was there already is not staged again. */
  stage(messages: readonly StagedMessage[]): Promise<Set<number>>;
  /** The highest id that was staged up to a limit; 0 when there is none. */
  newest(limit: number): Promise<number>;
  /** What was staged, in portions, by conversation, time and id. */
  staged(): AsyncGenerator<Cells[]>;
  close(): Promise<void>;
};

const ROWS_AT_ONCE = 2_000;

/** @throws AppError conflict, when another import runs on this database */
export async function openImportBench(databaseUrl: string): Promise<ImportBench> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'trialogue import' });
  // A connection that breaks between two statements is told by the next one.
  client.on('error', () => {});
  await client.connect();
  const { rows: lock } = await client.query<{ got: boolean }>(
    `SELECT pg_try_advisory_lock(hashtext('trialogue-import-platform')) AS got`,
  );
  if (!lock[0]!.got) {
    await client.end();
    throw new AppError('conflict', 'Another import of a platform is under way on this server. Wait until it is done.');
  }
  await client.query(
    'CREATE TEMPORARY TABLE staged (conversation bigint NOT NULL, at timestamptz NOT NULL, id bigint PRIMARY KEY, cells json NOT NULL)',
  );

  return {
    async stage(messages) {
      const { rows } = await client.query<{ id: string }>(
        `INSERT INTO staged (conversation, at, id, cells)
         SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::bigint[], $4::json[]) ON CONFLICT DO NOTHING RETURNING id`,
        [
          column(messages, 'conversation'),
          column(messages, 'at'),
          column(messages, 'id'),
          messages.map(({ cells }) => JSON.stringify(cells)),
        ],
      );
      return new Set(rows.map(({ id }) => Number(id)));
    },
    async newest(limit) {
      const { rows } = await client.query<{ most: string }>(
        'SELECT coalesce(max(id), 0)::text AS most FROM staged WHERE id <= $1',
        [limit],
      );
      return Number(rows[0]!.most);
    },
    async *staged() {
      await client.query('BEGIN');
      await client.query('DECLARE sorted NO SCROLL CURSOR FOR SELECT cells FROM staged ORDER BY conversation, at, id');
      for (;;) {
        const { rows } = await client.query<{ cells: Cells }>(`FETCH ${ROWS_AT_ONCE} FROM sorted`);
        if (rows.length > 0) yield rows.map(({ cells }) => cells);
        if (rows.length < ROWS_AT_ONCE) break;
      }
      await client.query('COMMIT');
    },
    close: () => client.end(),
  };
}
