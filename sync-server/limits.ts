/**
 * What keeps one caller from taking the server from all others. `LIMITS` in the environment changes any of them
 * (`LIMITS=socketsPerAccount=500,callsPerAccount=12000`). Counts are of one node; an address is one IPv4, or a /64 of IPv6.
 */
export const DEFAULT_LIMITS = {
  /** A minute, over all calls. An office of 300 behind one address makes 100 each; this only stops a runaway. */
  callsPerAddress: 30_000,
  /** A minute. A first sync of 2,000 conversations makes about 500. */
  callsPerAccount: 6_000,
  /** A minute, with one API key. */
  callsPerKey: 1_200,
  /** That are not answered yet, exports and logs on their way too: each may hold pages of them. The app makes a dozen. */
  callsAtOncePerAccount: 100,
  /** Connections on which nobody has shown who they are yet: about 12 KB each. An office that comes back has a few thousand at once. */
  strangersPerAddress: 6_000,
  /** WebSockets. 300 desks with 20 each; about 30 KB each. */
  socketsPerAddress: 10_000,
  /** WebSockets, each a subscription to one document, chat or feed. A device has about 20: its feed, its own document, open threads. */
  socketsPerAccount: 200,
  /** Upgrades that are asked about in Postgres at the same time: three for each connection to it. */
  openingsAtOnce: 48,
  /** … and that wait for their turn: 5,000 devices that come back at once all get in; what is more is told to come later. */
  openingsWaiting: 5_000,
  openingsPerAddress: 5_000,
  /** How long an upgrade may take, waiting included; under the 8 s after which the app gives up itself it would never be told. */
  openingMs: 7_000,
  /** A minute, upgrades of nobody in particular. After a night an office shows expired tokens once each. */
  badUpgradesPerAddress: 1_000,
  /** Frames of one socket, pings too. A stock provider sends a handful, a paste of 200 replies 200. */
  framesPerSecond: 200,
  framesBurst: 1_000,
  /** Updates of one socket; each is checked and committed. */
  updatesPerSecond: 100,
  updatesBurst: 400,
  /** Catch-ups (sync step 1) that one socket may ask for, a minute: each reads the log. A provider asks once a connection. */
  catchUpsPerMinute: 30,
  /** What may wait for a reader that doesn't read, before it is closed and told to catch up. */
  slowBytes: 4 * 1024 * 1024,
  /** Of a call that needs no sign-in, as bytes: the largest is a platform's token. */
  strangerBodyBytes: 32 * 1024,
  /** Of any other call: the largest is a job with 120 people. */
  bodyBytes: 256 * 1024,
  /** Within which a body has to be there. Files are not bound by it: they are given up when nothing comes for `idleMs`. */
  bodyMs: 30_000,
  /** Within which a call's headers have to be there, from the first byte or from connecting. */
  headersMs: 15_000,
  /** A connection on which nothing goes either way. A piece of a file on a slow line pauses for seconds. */
  idleMs: 60_000,
  /** From the last byte of a file until its answer: it is stored, shrunk and handed to the scanner meanwhile, and nothing goes either way. */
  answerMs: 5 * 60_000,
  /** A whole call with a file: 200 MB at 64 kB/s. tus goes on from where it was. */
  callMs: 60 * 60 * 1_000,
  /** Between two calls on one connection; above the 60 s of usual proxies, which else meet a connection that just closed. */
  keepAliveMs: 72_000,
  /** Then the connection is made anew, and a balancer has its say again. */
  callsPerConnection: 10_000,
  headerCount: 100,
  /** Values in one JSON body, and how deep they nest: a schema is shown nothing that is beyond any call. */
  jsonValues: 20_000,
  jsonDepth: 20,
  /** Files of one account that are held in memory while they come in one call. */
  uploadsAtOnce: 4,
  /** … and of all accounts: times the largest file, what that takes. */
  uploadsAtOnceInAll: 32,
} as const satisfies Record<string, number>;

export type ServerLimits = { readonly [Name in keyof typeof DEFAULT_LIMITS]: number };

/** What was refused, for the metrics and the log. */
export const LIMIT_NAMES = [
  'calls-per-address',
  'calls-per-account',
  'calls-at-once',
  'calls-per-key',
  'attempts',
  'strangers-per-address',
  'sockets-per-address',
  'sockets-per-account',
  'openings',
  'openings-per-address',
  'opening-time',
  'bad-upgrades',
  'frames',
  'updates',
  'catch-ups',
  'slow-reader',
  'body-size',
  'body-time',
  'headers',
  'encoding',
  'json-shape',
  'uploads-at-once',
] as const;
export type LimitName = (typeof LIMIT_NAMES)[number];

/** Reads `name=number,name=number`. @throws Error that says which is wrong */
export function readLimits(text: string): ServerLimits {
  const limits: Record<string, number> = { ...DEFAULT_LIMITS };
  for (const pair of text.split(',').flatMap((one) => one.trim() || [])) {
    const [name = '', value = ''] = pair.split('=');
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) throw new Error(`there is no limit "${name}" (docs/api.md, Limits)`);
    if (!/^[1-9][0-9]{0,11}$/.test(value)) throw new Error(`"${name}" has to be a whole number above 0`);
    limits[name] = Number(value);
  }
  return limits as ServerLimits;
}
