export const APP_SCHEME = 'app';
export const APP_HOST = 'trialogue';
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;
export const APP_PAGE = `${APP_ORIGIN}/index.html`;

/** Only what this needs of `WebFrameMain`. */
export type Frame = { url: string; parent: unknown };

/** Whether an address is the app's own page. Compared part by part: `app://trialogue.evil` begins with the same letters. */
export function isAppAddress(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === `${APP_SCHEME}:` && url.host === APP_HOST && url.username === '' && url.password === '';
}

/** Electron gives `null` for a frame that has navigated or gone meanwhile. */
export function isAppFrame(frame: Frame | null): boolean {
  return frame !== null && frame.parent === null && isAppAddress(frame.url);
}
