import { fileURLToPath } from 'node:url';

import { defineConfig } from 'playwright/test';

import type { HostOption } from './harness/test.ts';

// Half of a program's start is reading its modules; the specs start the same few over and over.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('../node_modules/.cache/programs', import.meta.url));

/** The same specs in both hosts; a spec of its own for what only Electron has. */
export default defineConfig<object, HostOption>({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../test-results',
  globalSetup: './harness/global-setup.ts',
  // Each test has a world of its own, and waits for most of its time.
  fullyParallel: true,
  workers: 3,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list']],
  use: {
    // A trace of every page takes more of two cores than the apps themselves: only when asked for.
    trace: process.env['TRACE'] ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'node-host', use: { hostName: 'node-host' }, testIgnore: 'electron.spec.ts' },
    { name: 'electron', use: { hostName: 'electron' } },
  ],
});
