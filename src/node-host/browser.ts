import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { PAGE_V8_FLAGS } from '#shared/page-flags.ts';

/** What the machine is like, so that the choice can be tried without it. */
export type Machine = {
  platform: NodeJS.Platform;
  env: Record<string, string | undefined>;
  isRoot: boolean;
  executable(path: string): boolean;
};

export type BrowserChoice = { kind: 'window'; path: string } | { kind: 'address'; why: string };

const LINUX_NAMES = [
  'google-chrome',
  'google-chrome-stable',
  'chromium',
  'chromium-browser',
  'microsoft-edge',
  'microsoft-edge-stable',
];
const LINUX_FOLDERS = ['/usr/bin', '/usr/local/bin', '/opt/google/chrome', '/snap/bin'];
const MAC_APPS = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
const WINDOWS_PATHS = [
  'Google/Chrome/Application/chrome.exe',
  'Chromium/Application/chrome.exe',
  'Microsoft/Edge/Application/msedge.exe',
];

/** Only browsers that have app windows: no tabs and no address bar. */
export function chooseBrowser(machine: Machine): BrowserChoice {
  if (machine.platform === 'linux' && !machine.env['DISPLAY'] && !machine.env['WAYLAND_DISPLAY']) {
    return { kind: 'address', why: 'there is no display' };
  }
  const path = browserPaths(machine).find((candidate) => machine.executable(candidate));
  return path ? { kind: 'window', path } : { kind: 'address', why: 'neither Chrome, Chromium nor Edge was found' };
}

function browserPaths({ platform, env }: Machine): string[] {
  if (platform === 'darwin') {
    const folders = ['/Applications', ...(env['HOME'] ? [join(env['HOME'], 'Applications')] : [])];
    return folders.flatMap((folder) => MAC_APPS.map((name) => `${folder}/${name}.app/Contents/MacOS/${name}`));
  }
  if (platform === 'win32') {
    const folders = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap((name) => env[name] ?? []);
    return WINDOWS_PATHS.flatMap((path) => folders.map((folder) => `${folder}/${path}`));
  }
  const folders = [...(env['PATH'] ?? '').split(delimiter).filter(Boolean), ...LINUX_FOLDERS];
  return LINUX_NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
}

export function browserArguments(address: string, profileDir: string, isRoot: boolean): string[] {
  return [
    `--app=${address}`,
    `--user-data-dir=${profileDir}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-sync',
    `--js-flags=${PAGE_V8_FLAGS}`,
    // Chromium refuses to start as root with its sandbox.
    ...(isRoot ? ['--no-sandbox'] : []),
  ];
}

/** Opens the app's window with a browser profile of its own, which ends with the window. */
export function openBrowser(path: string, address: string, profileDir: string, isRoot: boolean): ChildProcess {
  mkdirSync(profileDir, { recursive: true, mode: 0o700 });
  return spawn(path, browserArguments(address, profileDir, isRoot), { stdio: 'ignore', detached: process.platform !== 'win32' });
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
