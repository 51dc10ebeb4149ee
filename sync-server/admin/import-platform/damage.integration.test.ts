import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { AppError } from '#shared/errors.ts';

import { createImages } from '../../files/images/images.ts';
import { silentLog } from '../../log.ts';
import { openImportBench } from '../../storage/import-bench.ts';
import { postgresInFile } from '../../testing/in-file.ts';
import { gotchaPlatform } from '../../testing/platform-gotchas.ts';
import { runAdmin } from '../../testing/run-admin.ts';
import type { TestPostgres } from '../../testing/test-server.ts';
import { importPlatform } from './import-platform.ts';
import { readModel } from './model.ts';
import { Report } from './report.ts';
import { openSource } from './source.ts';

/** `npm run test:faults` damages more of them. */
const DUMPS = Number(process.env['DAMAGED_DUMPS']);

let postgres: TestPostgres;
postgresInFile((started) => void (postgres = started));

/** Numbers from 0 up to `below`, the same for each seed. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const DAMAGE = [
  '\t',
  '\\',
  '\\N',
  '\n',
  '0',
  '9',
  '-',
  'x',
  '',
  '\0',
  '999999999999999',
  '\r',
  '"',
  '\\.',
  '\\000',
  'é',
  '\ud83d',
];

/** Some characters of the rows are others. */
function damaged(seed: number): string {
  const random = dice(seed);
  let text = gotchaPlatform().dump();
  const from = text.indexOf('COPY public.accounts_accounts');
  for (let left = 1 + random(12); left > 0; left--) {
    const place = from + random(text.length - from);
    text = text.slice(0, place) + DAMAGE[random(DAMAGE.length)]! + text.slice(place + random(3));
  }
  return text;
}

test('[IMPORT-2] whatever stands in a dump, an import ends in words, and documents and rows agree', async () => {
  const database = await postgres.database();
  const folder = await mkdtemp(join(postgres.dataDir, 'damage-'));
  const images = createImages(silentLog);
  const media = { folder: null, store: null, images, held: false, mostBytes: 1, types: ['*'] };
  const surprises: string[] = [];
  let taken = 0;
  for (let seed = 1; seed <= DUMPS; seed++) {
    const path = join(folder, `${seed}.sql`);
    await writeFile(path, damaged(seed));
    const report = new Report();
    const bench = await openImportBench(database.url);
    const options = { withoutAgency: 'None', timeZone: 'Asia/Manila', media, passwordHash: null, dryRun: false, now: Date.now() };
    try {
      const source = await openSource(path, bench, report);
      const model = await readModel(source, report);
      // Every other one comes as a later state of the one before.
      await importPlatform(database.db, source, model, { platform: `p${seed >> 1}`, ...options }, report, () => {});
    } catch (error) {
      // Anything else is a row that was not looked at before it was written.
      if (!(error instanceof AppError)) surprises.push(`seed ${seed}: ${String(error)}`);
    } finally {
      await bench.close();
    }
    taken += report.taken.messages.new;
  }
  await images.stop();
  expect(surprises).toEqual([]);
  expect(taken).toBeGreaterThan(DUMPS);
  const { code, stdout } = await runAdmin({ DATABASE_URL: database.url, DATA_DIR: folder }, ['check']);
  expect([code, stdout]).toEqual([0, expect.stringContaining('all agree')]);
}, 600_000);
