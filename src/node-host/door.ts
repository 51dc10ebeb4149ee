import { randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Who may come in. Any program and any web page on this machine can reach a port on 127.0.0.1, so that alone counts for nothing:
 * - a one-time token, printed or handed to the window, is exchanged for a cookie, which every call but that one needs;
 * - the name that the caller used must be ours (a page elsewhere can let its own name point to 127.0.0.1);
 * - where a browser says which page the call came from, it must be ours (other ports of 127.0.0.1 get our cookie, too).
 */
export type Door = {
  readonly token: string;
  hostAllowed(host: string | undefined): boolean;
  originAllowed(origin: string | undefined): boolean;
  /** A call that a browser made from a page of somebody else. Programs that aren't browsers don't say. */
  fromElsewhere(secFetchSite: string | undefined): boolean;
  holdsCookie(cookieHeader: string | undefined): boolean;
  /** The `Set-Cookie` header for the token, the first time; `null` afterwards and for any other. */
  exchange(token: string): string | null;
};

/**
 * In development the page comes from a server of its own, which passes its calls on to us; with `cookie` the page stays in when
 * the core is started again.
 */
export type Development = { renderer: string; cookie: string | null };

export function createDoor(port: number, development: Development | null): Door {
  const token = randomBytes(32).toString('base64url');
  const secret = development?.cookie ?? randomBytes(32).toString('base64url');
  // Cookies know no ports: several apps beside each other need several names.
  const cookie = `trialogue-${port}`;
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  const origins = new Set([...hosts].map((host) => `http://${host}`));
  if (development) {
    const { host, origin } = new URL(development.renderer);
    hosts.add(host);
    origins.add(origin);
  }
  let used = false;
  return {
    token,
    hostAllowed: (host) => host !== undefined && hosts.has(host.toLowerCase()),
    originAllowed: (origin) => origin !== undefined && origins.has(origin),
    fromElsewhere: (site) =>
      site !== undefined && site !== 'same-origin' && site !== 'none' && !(development && site === 'same-site'),
    holdsCookie: (header) => cookieValues(header, cookie).some((value) => same(value, secret)),
    exchange(given) {
      if (used || !same(given, token)) return null;
      used = true;
      return `${cookie}=${secret}; HttpOnly; SameSite=Strict; Path=/`;
    },
  };
}

function cookieValues(header: string | undefined, name: string): string[] {
  return (header ?? '').split(';').flatMap((pair) => {
    const [key, value] = pair.trim().split('=', 2);
    return key === name && value !== undefined ? [value] : [];
  });
}

function same(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
