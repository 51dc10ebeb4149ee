import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import type { Children } from './children.ts';
import type { ElectronState } from './host-choice.ts';

/** How long a start waits for the download. It goes on behind the app afterwards. */
const PATIENCE_MS = 8_000;

const BINARY: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

/** Electron's binary if it is there; `null` otherwise. */
export function findElectron(root: string, platform: NodeJS.Platform, override: string | undefined): string | null {
  const folder = override ?? join(root, 'node_modules/electron/dist');
  const path = join(folder, BINARY[platform] ?? 'electron');
  return existsSync(path) ? path : null;
}

/** Looks for the binary and tries once to fetch it; a failure is remembered for this version. */
export async function haveElectron(
  root: string,
  dataDir: string,
  override: string | undefined,
  children: Children,
): Promise<ElectronState> {
  const look = () => findElectron(root, process.platform, override);
  const found = look();
  if (found !== null) return { kind: 'there', path: found };
  const package_ = join(root, 'node_modules/electron');
  const { version } = JSON.parse(readFileSync(join(package_, 'package.json'), 'utf8')) as { version: string };
  const marker = join(dataDir, `electron-${version}.not-fetched`);
  if (existsSync(marker)) return { kind: 'failed', when: 'before' };

  const download = children.start({
    name: 'the download of Electron',
    command: process.execPath,
    args: [join(package_, 'install.js')],
    cwd: root,
    env: process.env,
    logFile: join(dataDir, 'electron-download.log'),
  });
  const done = download.exited.then((code): ElectronState => {
    const path = look();
    if (code === 0 && path !== null) return { kind: 'there', path };
    // A signal is no verdict on the network: the person stopped the start.
    if (code !== null) writeFileSync(marker, `${new Date().toISOString()}\n${download.lastLines()}\n`);
    return { kind: 'failed', when: 'now' };
  });
  return Promise.race([done, wait(PATIENCE_MS, { kind: 'fetching' } as const, { ref: false })]);
}
