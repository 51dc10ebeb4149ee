import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { refusedLicences } from './licences.ts';

const lock = (license?: string) => ({
  packages: { '': {}, 'node_modules/a/node_modules/b': { version: '1.0.0', ...(license && { license }) } },
});

describe('licences', () => {
  it('[IT-5] every package of the lockfile may be here', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../package-lock.json'), 'utf8');
    expect(refusedLicences(JSON.parse(text) as Parameters<typeof refusedLicences>[0])).toEqual([]);
  });

  it('[IT-5] of a choice one must be allowed, of several together all', () => {
    for (const fine of ['MIT', '(MIT OR GPL-3.0)', 'MIT AND ISC', '(Apache-2.0 AND MIT)'])
      expect(refusedLicences(lock(fine)), fine).toEqual([]);
    for (const wrong of ['GPL-3.0', 'MIT AND GPL-3.0', 'SEE LICENSE IN x', undefined]) {
      expect(refusedLicences(lock(wrong)), wrong ?? 'none').toEqual([`b@1.0.0: ${wrong ?? 'not said'}`]);
    }
  });
});
