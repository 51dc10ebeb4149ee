import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** The way to a server: always at one address, wherever the server comes back, and it can be cut. */
export type Wire = {
  url: string;
  /** Where it leads from now on. */
  lead(url: string): void;
  /** Nothing comes through any more; what was under way breaks off. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
};

export async function layWire(): Promise<Wire> {
  const sockets = new Set<Socket>();
  let port: number | null = null;
  let isCut = false;
  const server = createServer((near) => {
    if (isCut || port === null) return void near.destroy();
    const far = connect({ host: '127.0.0.1', port });
    near.pipe(far);
    far.pipe(near);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        // One that ended in order has ended the other, too, behind all that was said.
        if (!socket.readableEnded) other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lead(url) {
      port = Number(new URL(url).port);
    },
    cut() {
      isCut = true;
      drop();
    },
    mend() {
      isCut = false;
    },
    async close() {
      drop();
      server.close();
      await once(server, 'close');
    },
  };
}
