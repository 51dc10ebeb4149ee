import type { Session, WebContents } from 'electron';

import type { Log } from '#core/platform.ts';

import { isAppAddress } from './sender.ts';

/** The page may put text on the clipboard (copying a message or an address). Everything else is refused. */
const ALLOWED_PERMISSIONS: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

export type GuardedSession = Pick<
  Session,
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
>;

export function guardSession(session: GuardedSession): void {
  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    callback(ALLOWED_PERMISSIONS.has(permission) && details.isMainFrame && isAppAddress(details.requestingUrl));
  });
  session.setPermissionCheckHandler(
    (_contents, permission, origin, details) =>
      ALLOWED_PERMISSIONS.has(permission) && details.isMainFrame && isAppAddress(origin),
  );
  session.setDevicePermissionHandler(() => false);
}

export type GuardedContents = Pick<WebContents, 'setWindowOpenHandler'> & {
  on(event: 'will-frame-navigate', listener: (details: { url: string; preventDefault: () => void }) => void): unknown;
  on(event: 'will-attach-webview', listener: (details: { preventDefault: () => void }) => void): unknown;
};

/** No frame of ours goes anywhere else, and none opens a window: links go through the core, which checks their scheme. */
export function guardContents(contents: GuardedContents, log: Log): void {
  contents.setWindowOpenHandler(() => {
    log.warn('shell.window-refused');
    return { action: 'deny' };
  });
  contents.on('will-frame-navigate', (details) => {
    if (isAppAddress(details.url)) return;
    log.warn('shell.navigation-refused');
    details.preventDefault();
  });
  contents.on('will-attach-webview', (details) => details.preventDefault());
}
