import type { IncomingHttpHeaders } from 'node:http';

const COOKIE = 'access';

/** A token as a call or an upgrade brings it. A browser sends a cookie unasked, also for the page of another site. */
export type RequestToken = { token: string; by: 'header' | 'cookie' };

/** The header's token if there is such a header, else the cookie's; `null` without either. */
export function requestToken({ authorization, cookie }: IncomingHttpHeaders): RequestToken | null {
  if (authorization !== undefined) {
    const [scheme, token] = authorization.split(' ');
    return scheme?.toLowerCase() === 'bearer' && token ? { token, by: 'header' } : null;
  }
  for (const pair of (cookie ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 0 || pair.slice(0, equals).trim() !== COOKIE) continue;
    const token = pair
      .slice(equals + 1)
      .trim()
      .replace(/^"(.*)"$/, '$1');
    return token === '' ? null : { token, by: 'cookie' };
  }
  return null;
}
