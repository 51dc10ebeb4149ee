import { spawnSync } from 'node:child_process';

import { Client } from 'pg';

import { onBed, settled } from '../bed.ts';
import { OURS } from '../ours.ts';
import { scaled, type Part, type Sample } from '../part.ts';
import { EACH, LATER, LEVELDB } from '../peers.ts';

const MESSAGES = 3_000;
const PER_THREAD = [10, 100, 1_000];
const PEOPLE = 3;
const PER_SECOND = 200;

type Sizes = { folder: number; wal: number; tables: { name: string; rows: number; indexes: number }[]; feed: number };

/** What a message takes on the disk, and in the log of Postgres on its way there. */
export const storage: Part = {
  name: 'storage',
  targets: [OURS, LEVELDB, LATER, EACH],
  together: true,
  repeatsItself: true,
  async measure(target, postgres, chosen) {
    const samples: Sample[] = [];
    const total = MESSAGES * chosen.scale;
    for (const at of scaled(PER_THREAD, chosen)) {
      const layout = { threads: Math.max(1, Math.round(total / at)), perThread: PEOPLE, shared: true };
      samples.push(
        ...(await onBed(target, postgres, layout, async (bed) => {
          await bed.start();
          await bed.connect(bed.clients);
          const before = await sizesOf(bed.place);
          const { sent, missing } = await bed.write(PER_SECOND, total / PER_SECOND);
          if (missing > 0) throw new Error(`${target.name}: ${missing} messages did not come`);
          await settled(target.settleMs);
          const after = await sizesOf(bed.place);
          return differences(before, after, sent).map((one) => ({ ...one, at }));
        })),
      );
    }
    return samples;
  },
};

function differences(before: Sizes, after: Sizes, sent: number): Omit<Sample, 'at'>[] {
  const of = (sizes: Sizes, kind: 'rows' | 'indexes'): number => sizes.tables.reduce((sum, one) => sum + one[kind], 0);
  const each = (from: number, to: number): number => (to - from) / sent;
  const tables = after.tables.map((table) => {
    const old = before.tables.find(({ name }) => name === table.name) ?? { rows: 0, indexes: 0 };
    return { measure: `table ${table.name}`, value: each(old.rows + old.indexes, table.rows + table.indexes) };
  });
  return [
    { measure: 'rows', value: each(of(before, 'rows'), of(after, 'rows')) },
    { measure: 'indexes', value: each(of(before, 'indexes'), of(after, 'indexes')) },
    { measure: 'wal', value: each(before.wal, after.wal) },
    { measure: 'folder', value: each(before.folder, after.folder) },
    { measure: 'feed rows', value: each(before.feed, after.feed) },
    ...tables.filter(({ value }) => value > 0),
  ];
}

async function sizesOf({ postgres, folder }: { postgres: string; folder: string }): Promise<Sizes> {
  const client = new Client({ connectionString: postgres });
  await client.connect();
  try {
    const wal = await client.query<{ bytes: string }>(`SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') AS bytes`);
    const tables = await client.query<{ name: string; rows: string; indexes: string }>(
      `SELECT relname AS name, pg_table_size(oid) AS rows, pg_indexes_size(oid) AS indexes
       FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    );
    const feed = tables.rows.some(({ name }) => name === 'feed')
      ? await client.query<{ count: string }>('SELECT count(*) FROM feed')
      : null;
    return {
      wal: Number(wal.rows[0]!.bytes),
      tables: tables.rows.map(({ name, rows, indexes }) => ({ name, rows: Number(rows), indexes: Number(indexes) })),
      feed: Number(feed?.rows[0]?.count ?? 0),
      folder: Number(spawnSync('du', ['-sb', folder], { encoding: 'utf8' }).stdout.split('\t')[0]),
    };
  } finally {
    await client.end();
  }
}
