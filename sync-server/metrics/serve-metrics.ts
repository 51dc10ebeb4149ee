import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import { collectDefaultMetrics } from 'prom-client';

import { AppError } from '#shared/errors.ts';

import type { Meters } from './meters.ts';
import type { MetricsConfig } from './metrics-config.ts';

export type MetricsServer = { url: string; stop(): Promise<void> };

/** How exactly the delay of the event loop is watched. At 20 ms it takes 2 ms of processor time a second while nothing else happens. */
const LOOP_MS = 50;
const CALL_MS = 10_000;

/** `GET /metrics` on a port of its own, so that no balancer can show it to the world. @throws AppError when the port is taken */
export async function serveMetrics({ port, host, token }: MetricsConfig, meters: Meters): Promise<MetricsServer> {
  const { registry } = meters;
  // Memory, processor time, delay of the loop, garbage collection: of the process.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_MS });
  const server = createServer({ requestTimeout: CALL_MS, headersTimeout: CALL_MS, connectionsCheckingInterval: CALL_MS / 2 });
  server.maxConnections = 20;
  server.on('request', (request, response) => {
    const answer = (status: number, text: string, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(text);
    };
    if (!mayLook(request, token)) {
      return answer(401, 'Show METRICS_TOKEN as a bearer token.\n', { 'www-authenticate': 'Bearer' });
    }
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') return answer(404, 'Only GET /metrics.\n');
    meters.text().then(
      (text) => answer(200, text, { 'content-type': registry.contentType }),
      // One number that can't be read must not take the others with it unseen: Prometheus shows the target as down.
      (error: unknown) => answer(500, `${error instanceof Error ? error.message : 'unknown'}\n`),
    );
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch {
    throw new AppError('conflict', `Port ${port} of ${host} can't be used for metrics. Set METRICS_PORT to another one.`);
  }
  const at = server.address() as AddressInfo;
  return {
    url: `http://${at.family === 'IPv6' ? `[${at.address}]` : at.address}:${at.port}/metrics`,
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

function mayLook({ headers }: IncomingMessage, token: string | null): boolean {
  if (token === null) return true;
  const shown = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(hash(shown), hash(token));
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
