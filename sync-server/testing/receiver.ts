import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { webhookCall, type WebhookCall } from '#shared/notifications.ts';

export type Received = { path: string; headers: IncomingMessage['headers']; body: string; call: WebhookCall };

/** What a push or mail service would run: takes calls of webhooks. `answer` decides on each, by how many came before it. */
export type Receiver = {
  url: string;
  received: Received[];
  /** Resolves once that many came. */
  came(count: number): Promise<void>;
  close(): Promise<void>;
};

type Respond = (response: ServerResponse, count: number) => void;

export async function startReceiver(respond: Respond = (response) => response.end()): Promise<Receiver> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      const count = received.push({ path, headers, body, call: webhookCall.parse(JSON.parse(body)) });
      respond(response, count);
      for (const check of waiting) check();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    came: (count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (received.length < count) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** As the documentation tells a receiver to do it; shares nothing with the code that signs. */
export function isSigned(secret: string, { headers, body }: Pick<Received, 'headers' | 'body'>): boolean {
  const parts = new Map(
    String(headers['trialogue-signature'])
      .split(',')
      .map((part) => part.split('=', 2) as [string, string]),
  );
  const expected = createHmac('sha256', secret)
    .update(`${parts.get('t')}.${body}`, 'utf8')
    .digest('hex');
  return parts.get('v1') === expected && Math.abs(Date.now() / 1_000 - Number(parts.get('t'))) < 300;
}
