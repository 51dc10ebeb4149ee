import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type { Children } from './children.ts';
import { LaunchError } from './launch-error.ts';

/** What the built page is made of. */
const PAGE_SOURCES = ['src/renderer', 'src/shared', 'package-lock.json'];
const SHELL_SOURCES = ['src/main', 'src/preload', 'src/core', ...PAGE_SOURCES];

/** Builds the page unless it is there and newer than what it is made of. Returns its folder. */
export async function ensurePage(root: string, dataDir: string, children: Children): Promise<string> {
  const folder = writable(root) ? join(root, 'out/renderer') : join(dataDir, 'renderer');
  if (
    isCurrent(
      join(folder, 'index.html'),
      PAGE_SOURCES.map((path) => join(root, path)),
    )
  )
    return folder;
  // The loader that writes no file beside the config, for a checkout that can't be written.
  const args = [
    'build',
    '--configLoader',
    'runner',
    '--config',
    'src/renderer/vite.config.ts',
    '--outDir',
    folder,
    '--emptyOutDir',
    'src/renderer',
  ];
  await build('the page', [join(root, 'node_modules/vite/bin/vite.js'), ...args], root, dataDir, children);
  return folder;
}

/** The same for Electron's side: main process, preload and page. */
export async function ensureShell(root: string, dataDir: string, children: Children): Promise<void> {
  const sources = SHELL_SOURCES.map((path) => join(root, path));
  if (
    ['out/main/index.js', 'out/preload/index.cjs', 'out/renderer/index.html'].every((path) =>
      isCurrent(join(root, path), sources),
    )
  )
    return;
  await build(
    'the Electron app',
    [join(root, 'node_modules/electron-vite/bin/electron-vite.js'), 'build'],
    root,
    dataDir,
    children,
  );
}

async function build(what: string, args: string[], cwd: string, dataDir: string, children: Children): Promise<void> {
  const logFile = join(dataDir, 'build.log');
  const env = { ...process.env, NODE_ENV: 'production' };
  const child = children.start({ name: `the build of ${what}`, command: process.execPath, args, cwd, env, logFile });
  if ((await child.exited) !== 0) throw new LaunchError(`Building ${what} did not work.\n${child.lastLines()}`);
}

/** Whether `built` is newer than every source. */
export function isCurrent(built: string, sources: string[]): boolean {
  const at = statSync(built, { throwIfNoEntry: false })?.mtimeMs;
  return at !== undefined && sources.every((source) => newest(source) <= at);
}

function newest(path: string): number {
  if (!existsSync(path)) return 0;
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function writable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
