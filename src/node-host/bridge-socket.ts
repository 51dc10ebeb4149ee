import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { type WebSocket, WebSocketServer } from 'ws';

import type { Core, Log } from '#core/platform.ts';
import type { Port } from '#shared/bridge.ts';

import type { Door } from './door.ts';

const MAX_PAYLOAD = 1024 * 1024;
/** A page that stopped reading is cut off; it connects again and asks for what it shows. */
const MAX_WAITING = 64 * 1024 * 1024;

export type BridgeSockets = {
  /** For the server's `upgrade`. Refuses what isn't our own page. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
};

export function createBridgeSockets(core: Pick<Core, 'attach'>, door: Door, log: Log): BridgeSockets {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD, perMessageDeflate: false });
  return {
    upgrade(request, socket, head) {
      const refusal = refusalOf(request, door);
      if (refusal !== null) {
        log.warn('bridge.refused', { status: refusal });
        socket.on('error', () => socket.destroy());
        socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      server.handleUpgrade(request, socket, head, (webSocket) => core.attach(webSocketPort(webSocket, log)));
    },
    close() {
      for (const client of server.clients) client.close(1001);
      server.close();
    },
  };
}

function refusalOf(request: IncomingMessage, door: Door): string | null {
  const { host, origin, cookie } = request.headers;
  if (!door.hostAllowed(host)) return '421 Misdirected Request';
  if (URL.parse(request.url ?? '', 'http://127.0.0.1')?.pathname !== '/bridge') return '404 Not Found';
  // A browser always sends it here; who doesn't is no page of ours.
  if (!door.originAllowed(origin)) return '403 Forbidden';
  if (!door.holdsCookie(cookie)) return '401 Unauthorized';
  return null;
}

/** One frame of text a message. */
export function webSocketPort(socket: WebSocket, log: Log): Port {
  socket.on('error', (error) => log.warn('bridge.socket-error', { reason: error.name }));
  return {
    post(message) {
      if (socket.readyState !== socket.OPEN) return; // the end is told by `onClose`
      if (socket.bufferedAmount > MAX_WAITING) return socket.terminate();
      socket.send(JSON.stringify(message));
    },
    listen(onMessage, onClose) {
      socket.on('message', (data: Buffer, binary) => {
        const message = binary ? undefined : parse(data);
        if (message === undefined) socket.close(1007, 'JSON text only');
        else onMessage(message);
      });
      socket.on('close', onClose);
    },
    close: () => socket.close(1000),
  };
}

function parse(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    return undefined; // no JSON text says `undefined`, so this is told apart from every message
  }
}
