import pg from 'pg';

import { BREAKS, type Break } from '../harness/database-way.ts';
import { until } from '../harness/seeded.ts';
import type { Fault } from './fault.ts';
import type { Floor } from './floor.ts';
import { areEmpty } from './whole.ts';

/** What happens between nodes and Postgres. */
export const DATABASES: Fault[] = [
  {
    name: 'connections to Postgres break around their COMMIT: done or not, nobody was told',
    touches: ['postgres'],
    async strike(floor) {
      await floor.pause(50, 200);
      const rest: Break[] = Array.from(
        { length: floor.between(0, 5) },
        () => BREAKS[Math.floor(floor.random() * BREAKS.length)]!,
      );
      // One after the other: a node that has no connection commits nothing.
      for (const one of [...BREAKS, ...rest]) {
        floor.way.breakCommits(one);
        await floor.pause(50, 250);
      }
      try {
        await until('a commit met each', () => floor.way.isMet, 60_000, 100);
      } finally {
        floor.way.relent();
      }
    },
    async strikeLast(floor) {
      for (const one of BREAKS) {
        floor.way.breakCommits(one);
        // One alone, in one conversation: whatever is committed behind it would show it.
        await floor.write(floor.desk('ana').app!);
        await until(`what was said last is accepted (${one})`, () => areEmpty(floor));
      }
      floor.way.relent();
    },
  },
  {
    name: 'a failover: every connection is reset, nobody answers, then one that takes no writes, then the new one',
    touches: ['postgres'],
    async strike(floor) {
      await floor.pause(50, 300);
      await floor.way.cut();
      await floor.pause(100, 600);
      await readOnly(floor, true);
      await floor.way.mend();
      await floor.pause(300, 1_500);
      // From now on new connections go to the new one. Nobody resets those to the old one.
      await readOnly(floor, false);
      await floor.pause(100, 300);
    },
  },
];

/** What a standby says, and a primary that is one no more. */
async function readOnly(floor: Floor, on: boolean): Promise<void> {
  const client = new pg.Client({ connectionString: floor.databaseUrl });
  await client.connect();
  const name = new URL(floor.databaseUrl).pathname.slice(1);
  await client.query('SET default_transaction_read_only = off');
  await client.query(`ALTER DATABASE ${name} SET default_transaction_read_only = ${on ? 'on' : 'off'}`);
  await client.end();
}
