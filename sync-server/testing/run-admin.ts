import { spawn } from 'node:child_process';
import { join } from 'node:path';

export type AdminRun = { code: number | null; stdout: string; stderr: string };

/** Runs the admin command line as people do, in a process of its own. */
export function runAdmin(env: Record<string, string>, args: readonly string[]): Promise<AdminRun> {
  const main = join(import.meta.dirname, '..', 'admin', 'main.ts');
  return new Promise((resolve, reject) => {
    // PATH for `id`, by which Postgres's user is found; nothing else of this process's environment.
    const child = spawn(process.execPath, [main, ...args], { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
