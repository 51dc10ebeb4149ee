import { lookup } from 'node:dns/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { isIP } from 'node:net';

import type { AddressRules } from './addresses.ts';

/** `reason`: short, and for the agency to read; it holds nothing of the answer. */
export type Posted = { kind: 'taken' } | { kind: 'failed'; reason: string };

export type Post = { url: string; headers: Record<string, string>; body: string };

/**
 * One call to an address that somebody else gave. Its name is resolved once, looked at, and that address connected to, so that it
 * can't become another in between; redirects aren't followed; of the answer only the status is read; all of it ends after `timeoutMs`.
 */
export async function post({ url, headers, body }: Post, rules: AddressRules, timeoutMs: number): Promise<Posted> {
  const to = new URL(url);
  const name = to.hostname.replace(/^\[(.*)\]$/, '$1');
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const address = await within(signal, addressOf(name, rules));
    if (address === null) return { kind: 'failed', reason: 'it leads to an address that is not of the internet' };
    if (to.protocol !== 'https:' && !rules.isTrusted(address)) return { kind: 'failed', reason: 'it is not https' };
    const status = await statusOf(to, { address, name, headers, body, signal });
    return status >= 200 && status < 300 ? { kind: 'taken' } : { kind: 'failed', reason: `it answered ${status}` };
  } catch (error) {
    if (signal.aborted) return { kind: 'failed', reason: `no answer within ${timeoutMs / 1_000} s` };
    const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
    return { kind: 'failed', reason: typeof code === 'string' ? code : 'the connection broke' };
  }
}

/** All of a name's addresses have to be fine: one that is also somewhere inside is nobody's honest mistake. */
async function addressOf(name: string, rules: AddressRules): Promise<string | null> {
  const found = isIP(name) === 0 ? (await lookup(name, { all: true })).map(({ address }) => address) : [name];
  return found.length > 0 && found.every((address) => rules.mayReach(address)) ? found[0]! : null;
}

type Call = { address: string; name: string; headers: Record<string, string>; body: string; signal: AbortSignal };

function statusOf(to: URL, { address, name, headers, body, signal }: Call): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      host: address,
      port: to.port === '' ? undefined : Number(to.port),
      path: `${to.pathname}${to.search}`,
      headers: { ...headers, host: to.host, 'content-length': Buffer.byteLength(body) },
      agent: false as const,
      maxHeaderSize: 16 * 1024,
      signal,
    };
    const request =
      to.protocol === 'https:'
        ? https.request({ ...options, ...(isIP(name) === 0 ? { servername: name } : {}) })
        : http.request(options);
    request.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    // After the answer, what is cut off here reports an error, too.
    request.on('error', reject);
    request.end(body);
  });
}

function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('late')), { once: true });
    work.then(resolve, reject);
  });
}
