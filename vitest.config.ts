import { existsSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Of the programs that tests start, over and over: half of a start is reading their modules. */
const env = { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/programs', import.meta.url)) };

const MEMORY = '/dev/shm';
const ROOM = 4 * 1024 ** 3;

/** Where there is room for it: what tests write goes anyway, and making and removing a database's files takes a disk half of a run. */
function hasMemory(): boolean {
  if (!existsSync(MEMORY) || freemem() < ROOM) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize > ROOM;
}
if (hasMemory()) process.env['TMPDIR'] ??= MEMORY;

/** How often, or how long, is done what dice decide on: in each run, and in `npm run test:faults`. A variable of that name says otherwise. */
const TIMES = {
  FAULT_ROUNDS: [0, 60],
  APP_KILLS: [5, 20],
  BAD_CALLS: [15, 200],
  BAD_SOCKETS: [60, 1_000],
  FUZZ_CASES: [150, 2_000],
  DAMAGED_DUMPS: [30, 200],
} as const;

function timesIn(mode: string): Record<string, string> {
  const isLong = mode === 'long';
  const times = Object.entries(TIMES).map(([name, [each, long]]) => [name, process.env[name] ?? String(isLong ? long : each)]);
  // The same dice each time, so that nobody's change fails on what another left; long runs take others.
  return { ...Object.fromEntries(times), ...(isLong ? { OTHER_DICE: '1' } : {}) };
}

/** What waits for clocks, or for a program it has killed, goes first: others use the cores meanwhile, and none of it is left to wait for alone. */
const WAITING = [
  'notifications/ending',
  'e2e/faults/faults',
  'walk-through',
  'launcher/start',
  'webhooks',
  'nodes/nodes',
  'http/throttle',
];

class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const found = WAITING.findIndex((part) => moduleId.includes(`${part}.integration.`));
  return found === -1 ? WAITING.length : found;
}

/** They stand in for Electron as a module, while all others hand over what they need of it. */
const SHELL = ['src/main/{index,desktop-windows}.test.ts'];

export default defineConfig(({ mode }) => ({
  test: {
    // Most of them wait for processes and sockets rather than for a core.
    maxWorkers: 4,
    sequence: { sequencer: WaitingFirst },
    // `isolate: false`: modules hold no state, and a worker reads them once, not for each file.
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'src/{shared,core,transcript,main,node-host,preload,launcher,packaging}/**/*.test.ts',
            'sync-server/**/*.test.ts',
            'e2e/{screenshots,faults}/*.test.ts',
          ],
          exclude: ['**/*.{integration,pack}.test.ts', ...SHELL],
          // How soon on a busy machine is no test's business.
          testTimeout: 30_000,
          isolate: false,
        },
      },
      // Each file puts another module in Electron's place: with modules of its own.
      { test: { name: 'shell', include: SHELL, testTimeout: 30_000 } },
      {
        test: {
          name: 'ui',
          include: ['src/renderer/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          testTimeout: 30_000,
          isolate: false,
        },
      },
      {
        test: {
          name: 'integration',
          env: { ...env, ...timesIn(mode) },
          include: ['{src,sync-server}/**/*.integration.test.ts'],
          globalSetup: 'sync-server/testing/shared-postgres.ts',
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
          env: { ...env, ...timesIn(mode) },
          include: ['e2e/faults/**/*.integration.test.ts'],
          setupFiles: 'e2e/harness/fault-set-up.ts',
          hookTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
}));
