import { spawn } from 'node:child_process';

import { AppError } from '#shared/errors.ts';

/** What opens a link on each system. The link is an argument of its own: no shell reads it. */
export function linkOpener(platform: NodeJS.Platform, url: string): [command: string, args: string[]] {
  if (platform === 'darwin') return ['open', [url]];
  if (platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', url]];
  return ['xdg-open', [url]];
}

/** Opens a link with what the person uses for it. @throws AppError `unavailable` */
export async function openLink(url: string): Promise<void> {
  const [command, args] = linkOpener(process.platform, URL.parse(url)?.href ?? '');
  await new Promise<void>((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: process.platform !== 'win32' });
    child.on('spawn', () => {
      child.unref();
      resolve();
    });
    child.on('error', () =>
      reject(new AppError('unavailable', `This machine has no “${command}” to open links with. Copy the link instead.`)),
    );
  });
}
