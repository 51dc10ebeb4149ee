import type { IncomingMessage } from 'node:http';

import proxyAddr from '@fastify/proxy-addr';
import { normalizeIP } from '@fastify/rate-limit';

/** Who calls, as a network: of IPv6 everybody has as many addresses as they like, in a network of their own (a /64). */
export type Addresses = {
  /** As the proxies say that are trusted. */
  of(request: IncomingMessage): string;
  /** The other end of a connection; `null` for a proxy, which speaks for many. */
  ofPeer(address: string | undefined): string | null;
};

export function addresses(trustedProxies: readonly string[]): Addresses {
  const trusted = proxyAddr.compile([...trustedProxies]);
  return {
    of: (request) => normalizeIP(proxyAddr(request, trusted)),
    ofPeer: (address) => (address === undefined || trusted(address, 0) ? null : normalizeIP(address)),
  };
}
