import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

const MIGRATIONS = join(import.meta.dirname, 'migrations');

/** What the version before can't work with, or nobody could work beside. */
const TAKES_AWAY = [
  // What an old program writes is written without a foreign key too.
  /\bDROP (?!INDEX\b|TRIGGER\b|CONSTRAINT \w+_fkey\b)/i,
  /\bRENAME\b/i,
  /\bALTER COLUMN \w+ (SET DATA )?TYPE\b/i,
  /\bSET NOT NULL\b/i,
  /\bTRUNCATE\b/i,
  /\bADD COLUMN (?:(?!\bDEFAULT\b)[^,;])*\bNOT NULL\b(?![^,;]*\bDEFAULT\b)/i,
  /\bADD (?:CONSTRAINT \w+ )?(?:CHECK|FOREIGN KEY)\b(?![^;]*\bNOT VALID\b)/i,
  /\bADD (?:CONSTRAINT \w+ )?(?:UNIQUE|PRIMARY KEY|EXCLUDE)\b/i,
];
const takesAway = (sql: string): boolean => TAKES_AWAY.some((pattern) => pattern.test(sql));

test('[NODES-9] migrations only add, but for those whose name says otherwise', async () => {
  // Those before were written when all nodes had to be stopped for each.
  const files = (await readdir(MIGRATIONS)).filter((file) => file > '0021').sort();
  expect(files).toContain('0021_what-nodes-know.sql');
  for (const file of files) {
    const up = (await readFile(join(MIGRATIONS, file), 'utf8')).split('-- Down Migration')[0]!;
    expect(takesAway(up), file).toBe(file.endsWith('.contract.sql'));
  }
});

test.each<[string, boolean]>([
  ['ALTER TABLE a ADD COLUMN b text;', false],
  [`ALTER TABLE a ADD COLUMN b text NOT NULL DEFAULT '', ADD COLUMN c int;`, false],
  ['CREATE TABLE a (b text NOT NULL, UNIQUE (b), CHECK (b <> 0));', false],
  ['ALTER TABLE a ADD CONSTRAINT b CHECK (c > 0) NOT VALID;', false],
  ['DROP INDEX a;', false],
  ['ALTER TABLE a ADD COLUMN b text NOT NULL;', true],
  ['ALTER TABLE a ADD COLUMN b text NOT NULL, ADD COLUMN c int NOT NULL DEFAULT 0;', true],
  ['ALTER TABLE a DROP CONSTRAINT a_b_fkey;', false],
  ['ALTER TABLE a DROP COLUMN b;', true],
  ['DROP TABLE a;', true],
  ['ALTER TABLE a DROP CONSTRAINT b;', true],
  ['ALTER TABLE a RENAME COLUMN b TO c;', true],
  ['ALTER TABLE a ALTER COLUMN b TYPE bigint;', true],
  ['ALTER TABLE a ALTER COLUMN b SET NOT NULL;', true],
  ['ALTER TABLE a ADD CONSTRAINT b CHECK (c > 0);', true],
  ['ALTER TABLE a ADD UNIQUE (b);', true],
])('[NODES-9] of “%s” is known whether it takes something away', (sql, expected) => {
  expect(takesAway(sql)).toBe(expected);
});
