import type { IncomingMessage } from 'node:http';

/** A page of another site must not act in the name of whoever looks at it. What isn't a browser sends no origin. */
export function isOriginAllowed({ headers }: Pick<IncomingMessage, 'headers'>, allowed: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || allowed.includes(origin)) return true;
  return URL.parse(origin)?.host === host;
}
