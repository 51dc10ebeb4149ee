import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where the browser comes back to: this machine alone, on a port that the system chose, until it is closed. */
export type Loopback = {
  /** The address that is given to who signs people in. */
  redirect: string;
  /** The first address that came back with this sign-in's `state`. */
  answered: Promise<URL>;
  close(): void;
};

const PATH = '/signed-in';
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  connection: 'close',
};

/**
 * Opens it. Other programs and pages on this machine can call it too: who doesn't know the `state` is turned away, and the sign-in goes on
 * waiting. @throws Error when no port can be had
 */
export async function openLoopback(state: string): Promise<Loopback> {
  const { promise: answered, resolve } = Promise.withResolvers<URL>();
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '', redirect);
    const ours =
      request.method === 'GET' &&
      request.headers.host === new URL(redirect).host &&
      url?.pathname === PATH &&
      url.searchParams.get('state') === state;
    if (!ours) return void response.writeHead(404, HEADERS).end(page('There is nothing here.'));
    response.writeHead(200, HEADERS).end(page('Go back to Trialogue. You can close this page.'), () => resolve(url));
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  const redirect = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`;
  return {
    redirect,
    answered,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function page(text: string): string {
  return `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Trialogue</title><h1>Trialogue</h1><p>${text}</p></html>`;
}
