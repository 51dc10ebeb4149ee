import { access, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { App } from 'electron';

import { writeAtomically } from '#core/atomic-file.ts';
import type { Platform } from '#core/platform.ts';
import { AppError } from '#shared/errors.ts';

/** With it the app starts without a window. */
export const HIDDEN = '--hidden';

type Deps = {
  app: Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>;
  platform: NodeJS.Platform;
  /** Linux: where a person's programs keep their settings (`XDG_CONFIG_HOME`). */
  configHome: string;
  /** What is to be started; an AppImage is another file than the program that runs out of it. */
  program: string;
};

/** Whether the system starts the app when this person signs in. The system keeps it, and may be told otherwise there. */
export function createStartup(deps: Deps): NonNullable<Platform['startup']> {
  if (deps.platform === 'linux') return autostart(deps);
  const options = deps.platform === 'win32' ? { args: [HIDDEN] } : {};
  return {
    read: async () => deps.app.getLoginItemSettings(options).openAtLogin,
    set: async (on) => deps.app.setLoginItemSettings({ ...options, openAtLogin: on }),
  };
}

/** As freedesktop's autostart specification has it. */
function autostart({ configHome, program }: Deps): NonNullable<Platform['startup']> {
  const file = join(configHome, 'autostart', 'trialogue.desktop');
  return {
    read: () =>
      access(file).then(
        () => true,
        () => false,
      ),
    async set(on) {
      try {
        if (!on) return await rm(file, { force: true });
        await mkdir(dirname(file), { recursive: true });
        await writeAtomically(file, desktopEntry(program));
      } catch (error) {
        const { code = 'unknown' } = error as NodeJS.ErrnoException;
        throw new AppError(
          'storage-failed',
          `The system did not take it (${code}): ${file} can’t be written. Nothing was changed.`,
        );
      }
    },
  };
}

export function desktopEntry(program: string): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Trialogue',
    `Exec=${quoted(program)} ${HIDDEN}`,
    'Icon=trialogue',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** A line of `Exec` has its own quoting; a backslash there is escaped twice, once for the value and once for the argument. */
function quoted(argument: string): string {
  return `"${argument
    .replaceAll(/(["`$\\])/g, '\\$1')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%')}"`;
}
