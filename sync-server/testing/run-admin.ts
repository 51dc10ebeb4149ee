import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { runAdminCommand } from '../admin/program.ts';
import { silentLog } from '../log.ts';
import { PROGRAM_ENV } from './program-env.ts';

export type AdminRun = { code: number | null; stdout: string; stderr: string };

/** Runs an admin command in this process: what it does is the same, and starting a program for each takes longer than the command. */
export async function runAdmin(env: Record<string, string>, args: readonly string[]): Promise<AdminRun> {
  let stdout = '';
  let stderr = '';
  const output = { answer: (text: string) => void (stdout += text), report: (text: string) => void (stderr += text) };
  const code = await runAdminCommand(args, { env, log: silentLog, output });
  return { code, stdout, stderr };
}

/** Runs the admin command line as people do, in a process of its own. */
export function runAdminProcess(env: Record<string, string>, args: readonly string[]): Promise<AdminRun> {
  const main = join(import.meta.dirname, '..', 'admin', 'main.ts');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { env: { ...PROGRAM_ENV, ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
