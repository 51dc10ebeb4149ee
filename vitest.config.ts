import { statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vitest/config';

/** Of the programs that tests start, over and over: half of a start is reading their modules. */
const env = { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/programs', import.meta.url)) };

const MEMORY = '/dev/shm';
const ROOM = 4 * 1024 ** 3;

/** Where there is room for it: what tests write goes anyway, and making and removing a database's files takes a disk half of a run. */
function hasMemory(): boolean {
  if (process.platform !== 'linux' || freemem() < ROOM) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize > ROOM;
}
if (hasMemory()) process.env['TMPDIR'] ??= MEMORY;

export default defineConfig(({ mode }) => ({
  test: {
    // Most of them wait for processes and sockets rather than for a core.
    maxWorkers: 4,
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'src/{shared,core,transcript,main,node-host,preload,launcher,packaging}/**/*.test.ts',
            'sync-server/**/*.test.ts',
          ],
          exclude: ['**/*.{integration,pack}.test.ts'],
        },
      },
      { test: { name: 'ui', include: ['src/renderer/**/*.test.{ts,tsx}'], environment: 'happy-dom', testTimeout: 30_000 } },
      {
        test: {
          name: 'integration',
          env,
          include: ['{src,sync-server}/**/*.integration.test.ts'],
          globalSetup: 'sync-server/testing/shared-postgres.ts',
          // Modules hold no state, and most of them read the whole server: a worker reads it once, not for each file.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // They wait for what comes for sure; how soon it comes on a busy machine is no test's business.
          expect: { poll: { timeout: 30_000 } },
        },
      },
      // Each packs the built app whole: one after the other, after `npm run build`.
      { test: { name: 'packaging', include: ['src/packaging/**/*.pack.test.ts'], fileParallelism: false, testTimeout: 60_000 } },
      {
        test: {
          name: 'faults',
          env: { ...env, KILLS: process.env['KILLS'] ?? (mode === 'long' ? '50' : '15') },
          include: ['e2e/faults/**/*.integration.test.ts'],
          globalSetup: 'e2e/harness/global-setup.ts',
          hookTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
}));
