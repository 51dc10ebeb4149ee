import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import type { Development } from './door.ts';

export const USAGE = `Usage: node src/node-host/main.ts --data-dir <folder> --server <url> [options]

  --data-dir <folder>    this profile's folder: database, files, secrets, log
  --server <url>         the sync server, e.g. http://127.0.0.1:8787
  --port <n>             where to listen on 127.0.0.1; 0 = any (default)
  --rebuild              first make all rows anew from what the server committed; needs no network, keeps what waits to be sent
  --no-open              open no window, only print the address
  --email <address>      sign in without a form if nobody is; the password comes from TRIALOGUE_PASSWORD
  --renderer-dir <dir>   the built page (default: out/renderer)
  --dev-renderer <url>   for development: the page comes from this vite server, which passes /bridge and /files on`;

export type Options = {
  dataDir: string;
  server: string;
  port: number;
  open: boolean;
  rebuild: boolean;
  signIn: { email: string; password: string } | null;
  rendererDir: string;
  development: Development | null;
};

/** A mistake in how the program was called. The message names the option. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError */
export function readOptions(argv: string[], password: string | undefined, defaultRendererDir: string): Options | 'help' {
  const values = parse(argv);
  if (values.help) return 'help';
  if (!values['data-dir']) throw new UsageError('--data-dir is missing.');
  if (!values.server) throw new UsageError('--server is missing.');
  const devRenderer = values['dev-renderer'];
  return {
    dataDir: resolve(values['data-dir']),
    server: httpAddress('--server', values.server),
    port: readPort(values.port ?? '0'),
    open: values.open,
    rebuild: values.rebuild,
    signIn: readSignIn(values.email, password),
    rendererDir: resolve(values['renderer-dir'] ?? defaultRendererDir),
    development: devRenderer === undefined ? null : { renderer: httpAddress('--dev-renderer', devRenderer), cookie: null },
  };
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowNegative: true,
      options: {
        'data-dir': { type: 'string' },
        server: { type: 'string' },
        port: { type: 'string' },
        open: { type: 'boolean', default: true },
        rebuild: { type: 'boolean', default: false },
        email: { type: 'string' },
        'renderer-dir': { type: 'string' },
        'dev-renderer': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new UsageError(`--port takes a number from 0 to 65535, not “${text}”.`);
  return port;
}

/** The address without a path's trailing slash. */
function httpAddress(option: string, text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
    throw new UsageError(`${option} takes an address like http://127.0.0.1:8787, not “${text}”.`);
  }
  return url.href.replace(/\/+$/, '');
}

function readSignIn(email: string | undefined, password: string | undefined): Options['signIn'] {
  if (email === undefined) return null;
  if (!password) throw new UsageError('--email also needs the password in the environment variable TRIALOGUE_PASSWORD.');
  return { email, password };
}
