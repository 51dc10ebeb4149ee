import { WebSocket } from 'ws';

import { ASK_ALL, type BadSocket, type Writer } from './frames.ts';

/** What came of a socket: refused by HTTP, or what it was sent and how it ended (`null`: by us). */
export type SocketOutcome =
  | { kind: 'refused'; status: number; type: string; body: Buffer }
  | { kind: 'opened'; received: Buffer[]; close: number | null };

const HANGS_MS = 30_000;
/** A number of a message's own, so that it is known when it comes back. */
const PROBE = 'this is the last of it';

/** Opens it, sends its frames, and waits until the server has dealt with them. @throws when it doesn't */
export function openBadSocket(
  url: string,
  { kind, target, frames }: BadSocket,
  token: string | null,
  writer: Writer,
): Promise<SocketOutcome> {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const socket = new WebSocket(`${url.replace('http', 'ws')}${target}`, { headers });
  const received: Buffer[] = [];
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      socket.terminate();
      reject(new Error(`nothing happened within ${HANGS_MS} ms`));
    }, HANGS_MS);
    const end = (outcome: SocketOutcome): void => {
      clearTimeout(late);
      resolve(outcome);
    };
    socket.on('unexpected-response', (request, response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        request.destroy();
        const type = String(response.headers['content-type']);
        end({ kind: 'refused', status: response.statusCode ?? 0, type, body: Buffer.concat(parts) });
      });
    });
    socket.on('open', () => {
      for (const frame of frames) socket.send('text' in frame ? frame.text : 'bytes' in frame ? frame.bytes : frame.make(writer));
      if (kind === 'document') socket.send(ASK_ALL);
      if (kind === 'chat') socket.send(JSON.stringify({ type: 'send_message', message: PROBE }));
    });
    socket.on('message', (data: Buffer) => {
      received.push(data);
      if (!isLast(kind, data)) return;
      // Its answer comes after all that was sent before.
      socket.once('pong', () => {
        socket.removeAllListeners('close');
        socket.terminate();
        end({ kind: 'opened', received, close: null });
      });
      socket.ping();
    });
    socket.on('close', (close) => end({ kind: 'opened', received, close }));
    // A close or a refusal follows.
    socket.on('error', () => {});
  });
}

function isLast(kind: BadSocket['kind'], data: Buffer): boolean {
  switch (kind) {
    case 'document':
      // The end of all there is, by an update that holds nothing.
      return data[0] === 0 && data[1] === 1;
    case 'feed':
      return data.includes('"type":"live"');
    case 'chat':
      return data.includes(PROBE) || data.includes('"code":"closed"');
  }
}
