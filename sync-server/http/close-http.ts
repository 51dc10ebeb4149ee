import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import type { FastifyInstance } from 'fastify';

import type { Log } from '../log.ts';

/** What is not over by then (a caller who never ends a connection, a call that waits for Postgres) is cut off. */
const GRACE_MS = 3_000;
const LOOK_EVERY_MS = 50;

/**
 * Gives what closes the HTTP side. Node waits for each connection to end, those that were upgraded too, and some never do: their
 * other side is gone, or never answers. So all are known here, and after a grace the rest is cut off.
 */
export function closingHttp(app: FastifyInstance, log: Log): () => Promise<void> {
  const open = new Set<Socket>();
  app.server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return async () => {
    const closing = app.close();
    const closed = closing.then(() => true);
    const until = Date.now() + GRACE_MS;
    while (!(await Promise.race([closed, wait(LOOK_EVERY_MS, false)]))) {
      // A connection that was kept for the next call, which will not be taken.
      app.server.closeIdleConnections();
      if (Date.now() < until) continue;
      log.info('connections-cut-off', { count: open.size });
      break;
    }
    for (const socket of open) socket.destroy();
    await closing;
  };
}
