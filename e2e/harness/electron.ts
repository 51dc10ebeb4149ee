import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { _electron, type ElectronApplication, type Page } from 'playwright';

import { PASSWORD, emailOf, type Person } from './world.ts';

const FOLDER = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? 'node_modules/electron/dist';
const BINARY =
  { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform as 'darwin' | 'win32'] ?? 'electron';

/** Why Electron's specs can't run here, with what to do about it; `null` when they can. */
export const withoutElectron: string | null = !existsSync(join(FOLDER, BINARY))
  ? 'Electron’s binary is not here: fetch it with `npx install-electron`, then run `npm run test:e2e` again'
  : process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']
    ? 'there is no display: run `xvfb-run npm run test:e2e`'
    : null;

/** The built app in Electron, on a profile folder of its own, signed in as `person`. */
export async function startElectron(
  person: Person,
  server: string,
  folder: string,
): Promise<{ app: ElectronApplication; page: Page }> {
  const app = await _electron.launch({
    executablePath: join(FOLDER, BINARY),
    args: ['.', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    env: {
      ...(process.env as Record<string, string>),
      TRIALOGUE_DATA_DIR: folder,
      TRIALOGUE_SERVER: server,
      TRIALOGUE_EMAIL: emailOf(person),
      TRIALOGUE_PASSWORD: PASSWORD,
    },
  });
  return { app, page: await app.firstWindow() };
}
