import { UUID } from '#shared/ids.ts';

export const LINK_SCHEME = 'trialogue';

/** The conversation of `trialogue://c/<id>`; `null` for anything else: such links come from anywhere. */
export function readDeepLink(link: string): string | null {
  if (link.length > 100) return null;
  const id = /^trialogue:\/\/c\/([^/?#]+)\/?$/i.exec(link)?.[1]?.toLowerCase();
  return id !== undefined && UUID.test(id) ? id : null;
}

/** `trialogue://open`: only shows the app, as the page does on which somebody made their account. On Windows and Linux any second start does. */
export function isOpenLink(link: string): boolean {
  return /^trialogue:\/\/open\/?$/i.test(link);
}

/** On Windows and Linux a link comes as an argument among those that Chromium adds. */
export function deepLinkIn(argv: string[]): string | null {
  for (const argument of argv.slice(1)) {
    const conversation = readDeepLink(argument);
    if (conversation !== null) return conversation;
  }
  return null;
}
