import { existsSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium, type LaunchOptions } from 'playwright';

import { PAGE_V8_FLAGS } from '#shared/page-flags.ts';

const INSTALLED = [
  // Without the parts of a window it takes little more than half the processor time.
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** The first browser there is: `TRIALOGUE_BROWSER`, Playwright's own, an installed Chromium, else the one from npm. */
export async function browserOptions(): Promise<LaunchOptions> {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const quiet = [
    `--js-flags=${PAGE_V8_FLAGS}`,
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--disable-quic',
  ];
  const own = process.env['TRIALOGUE_BROWSER'];
  // Of its own two, Playwright takes the one without a window by itself.
  if (!own && existsSync(chromium.executablePath())) return { args: [...asRoot, ...quiet] };
  const found = [own, ...INSTALLED].find((path) => path && existsSync(path));
  if (found) return { executablePath: found, args: [...asRoot, ...quiet] };
  // It unpacks into the temporary folder and never again: give it one of its own, so that no older one is used.
  process.env['TMPDIR'] = mkdtempSync(join(tmpdir(), 'trialogue-browser-'));
  const { default: fromNpm } = await import('@sparticuz/chromium');
  return { executablePath: await fromNpm.executablePath(), args: [...fromNpm.args, ...asRoot, ...quiet] };
}
