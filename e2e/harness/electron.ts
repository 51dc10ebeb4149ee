import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { _electron, type ElectronApplication } from 'playwright';

import { PASSWORD, VIEWPORT, type Host, type Launched, type Start } from './host.ts';

const FOLDER = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? 'node_modules/electron/dist';
const BINARY =
  { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform as 'darwin' | 'win32'] ?? 'electron';

/** The built app in Electron: one window an app. */
export function electronHost(): Host {
  return {
    name: 'electron',
    missing: missing(),
    capabilities: { pageNotifications: false },
    launch: launchElectron,
    close: async () => {},
  };
}

function missing(): string | null {
  if (!existsSync(join(FOLDER, BINARY))) {
    return 'Electron’s binary is not here: fetch it with `npx install-electron`, then run `npm run test:e2e` again';
  }
  return process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']
    ? 'there is no display: run `xvfb-run npm run test:e2e`'
    : null;
}

/** `electron` is the main process, for what only this host has. */
export async function launchElectron({
  folder,
  server,
  email,
  env = {},
}: Start): Promise<Launched & { electron: ElectronApplication }> {
  const electron = await _electron.launch({
    // No `executablePath`: only an Electron that it finds itself, the same one, waits for Playwright before it opens its window.
    // Without a keyring that asks: what is tested is the same on every desktop.
    args: ['.', ...(process.platform === 'linux' ? ['--password-store=basic'] : [])],
    env: {
      ...(process.env as Record<string, string>),
      ...env,
      TRIALOGUE_DATA_DIR: folder,
      TRIALOGUE_SERVER: server,
      ...(email && { TRIALOGUE_EMAIL: email, TRIALOGUE_PASSWORD: PASSWORD }),
    },
  });
  // On Windows the process that Playwright knows is a shell around it.
  const pid = await electron.evaluate(() => process.pid);
  const ended = new Promise<void>((resolve) => electron.once('close', resolve));
  let running = true;
  return {
    electron,
    pid,
    address: 'app://trialogue/index.html',
    async page({ viewport, colorScheme = null, forcedColors = null, reducedMotion = 'reduce' }) {
      const page = await electron.firstWindow();
      // There is no context to give these to: the window is there already.
      await page.emulateMedia({ colorScheme, forcedColors, reducedMotion });
      await page.setViewportSize(viewport ?? VIEWPORT);
      return page;
    },
    async kill(signal) {
      if (!running) return;
      running = false;
      if (signal === 'SIGTERM') await electron.close();
      else process.kill(pid, 'SIGKILL');
      await ended;
    },
    closePages: async () => {},
  };
}
