import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { makePlaceholder, type System } from './placeholder.ts';

const run = promisify(execFile);
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FLAGS: Record<System, string> = { linux: '--linux', windows: '--win', mac: '--mac' };

/**
 * Packs the built app (`out/`) for a system as a release does, with a placeholder for Electron; nothing is fetched. `what`: targets, or `--dir`.
 * Returns the folder of everything that was made.
 */
export async function pack(
  system: System,
  folder: string,
  what: string[],
  changes: string[] = [],
  processor: 'x64' | 'arm64' = 'x64',
): Promise<string> {
  const electron = join(folder, `electron-${system}`);
  makePlaceholder(system, electron, ROOT);
  const output = join(folder, `packed-${system}`);
  const fpm = join(ROOT, 'src/packaging/testing/fpm.ts');
  const args = [
    join(ROOT, 'node_modules/electron-builder/cli.js'),
    FLAGS[system],
    ...what,
    `-c.electronDist=${electron}`,
    `-c.directories.output=${output}`,
    '-c.compression=store',
    // Signing anew for Apple's chips takes Apple's own tool.
    ...(process.platform === 'darwin' ? [] : ['-c.electronFuses.resetAdHocDarwinSignature=false']),
    ...changes,
    `--${processor}`,
    '--publish',
    'never',
  ];
  await run(process.execPath, args, {
    cwd: ROOT,
    // oxlint-disable-next-line node/no-process-env -- the program that is started needs PATH and the like
    env: { ...process.env, CUSTOM_FPM_PATH: fpm, CSC_IDENTITY_AUTO_DISCOVERY: 'false' },
    maxBuffer: 64 * 1024 * 1024,
  });
  return output;
}

/** All files below a folder, by their paths in it, with their sizes in bytes. */
export function filesIn(folder: string, prefix = ''): Map<string, number> {
  const found = new Map<string, number>();
  for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) for (const [name, size] of filesIn(folder, path)) found.set(name, size);
    else found.set(path, entry.isSymbolicLink() ? 0 : statSync(join(folder, path)).size);
  }
  return found;
}
