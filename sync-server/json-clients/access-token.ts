import type { IncomingHttpHeaders } from 'node:http';

import { AppError } from '#shared/errors.ts';

import type { Authentication, Caller } from '../auth/authentication.ts';

const COOKIE = 'access';

/** The access token of a call: the header's if there is one, else the cookie's; `null` without either. */
export function accessTokenOf({ authorization, cookie }: IncomingHttpHeaders): string | null {
  if (authorization !== undefined) {
    const [scheme, token] = authorization.split(' ');
    return scheme?.toLowerCase() === 'bearer' && token ? token : null;
  }
  for (const pair of (cookie ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 0 || pair.slice(0, equals).trim() !== COOKIE) continue;
    const value = pair
      .slice(equals + 1)
      .trim()
      .replace(/^"(.*)"$/, '$1');
    return value === '' ? null : value;
  }
  return null;
}

/** Who calls. @throws AppError sign-in-required, account-disabled */
export async function jsonCaller(auth: Authentication, headers: IncomingHttpHeaders): Promise<Caller> {
  const token = accessTokenOf(headers);
  if (token === null) throw new AppError('sign-in-required', 'Sign in to go on.');
  return auth.authenticate(token);
}
