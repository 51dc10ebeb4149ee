import { UUID } from '#shared/ids.ts';

export const LINK_SCHEME = 'trialogue';

/** The conversation of `trialogue://c/<id>`; `null` for anything else: such links come from anywhere. */
export function readDeepLink(link: string): string | null {
  if (link.length > 100) return null;
  const id = /^trialogue:\/\/c\/([^/?#]+)\/?$/i.exec(link)?.[1]?.toLowerCase();
  return id !== undefined && UUID.test(id) ? id : null;
}

/** On Windows and Linux a link comes as an argument among those that Chromium adds. */
export function deepLinkIn(argv: string[]): string | null {
  for (const argument of argv.slice(1)) {
    const conversation = readDeepLink(argument);
    if (conversation !== null) return conversation;
  }
  return null;
}
