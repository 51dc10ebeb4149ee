import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { expect, test } from 'vitest';

import { serverInFile } from '../testing/in-file.ts';
import { PROGRAM_ENV } from '../testing/program-env.ts';
import type { TestServer } from '../testing/test-server.ts';
import { isAsShown, readWalkThrough, type Step } from './read-walk-through.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** Far beyond what a busy machine takes. */
const HANGS_MS = 90_000;
/** Stands alone in a line between what two blocks print. */
const NEXT = '=== the next block ===';

let server: TestServer;
let folder: string;

serverInFile(
  (started, postgres) => {
    server = started;
    folder = postgres.dataDir;
  },
  { notifications: { trustedAddresses: ['127.0.0.0/8'] } },
);

type Run = { code: number | null; printed: string[]; stderr: string };

/** All of them in one shell, as somebody would type them in. */
async function runSteps(steps: readonly Step[]): Promise<Run> {
  const script = join(folder, 'walk-through.sh');
  await writeFile(script, ['set -eu -o pipefail', ...steps.map(({ command }) => `${command}\necho; echo '${NEXT}'`)].join('\n'));
  const env = {
    ...PROGRAM_ENV,
    PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    HOME: folder,
    PORT: new URL(server.running.url).port,
    DATABASE_URL: server.url,
    DATA_DIR: server.dataDir,
  };
  return new Promise((resolve, reject) => {
    const shell = spawn('bash', [script], { cwd: ROOT, env, detached: true });
    // With whatever it started; what was printed until then says where it hung.
    const hung = setTimeout(() => process.kill(-shell.pid!, 'SIGKILL'), HANGS_MS);
    let stdout = '';
    let stderr = '';
    shell.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    shell.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    shell.once('error', reject);
    shell.once('close', (code) => {
      clearTimeout(hung);
      resolve({ code, printed: stdout.split(NEXT), stderr });
    });
  });
}

/** @throws Error that says what to install */
async function needs(program: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const found = spawn(program, ['--version'], { stdio: 'ignore' });
    found.once('error', () =>
      reject(new Error(`The walk-through of docs/api.md needs ${program}: install it, and have it on the PATH.`)),
    );
    found.once('close', () => resolve());
  });
}

test('[SERVER-3] the walk-through of docs/api.md runs as it stands, and prints what it shows', async () => {
  await needs('bash');
  await needs('curl');
  await needs('npm');
  const steps = readWalkThrough(await readFile(join(ROOT, 'docs', 'api.md'), 'utf8'), '## From nothing, with curl');
  expect(steps.length).toBeGreaterThan(10);
  const { code, printed, stderr } = await runSteps(steps);
  for (const [index, { line, command, expected }] of steps.entries()) {
    const came = printed[index]?.trim();
    const isShown = came !== undefined && isAsShown(withoutEmptyLines(came), expected ?? '');
    if (!isShown) throw new Error(`docs/api.md:${line} printed\n${came}\ninstead of\n${expected}\nafter\n${command}\n${stderr}`);
  }
  expect([code, stderr]).toEqual([0, '']);
}, 120_000);

/** Answers end without a new line, so that a document may have one after each or not. */
function withoutEmptyLines(text: string): string {
  return text.replaceAll(/\n\n+/g, '\n');
}
