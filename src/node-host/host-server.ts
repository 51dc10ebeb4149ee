import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Core, Log } from '#core/platform.ts';
import { AppError } from '#shared/errors.ts';

import { createBridgeSockets } from './bridge-socket.ts';
import { createDoor, type Development } from './door.ts';
import { createOfferedFiles, type OfferedFiles } from './offered-files.ts';
import { answerRequest } from './requests.ts';

export type HostServer = {
  /** Holds the one-time token: for the person who started the app. */
  address: string;
  port: number;
  close(): Promise<void>;
};

export type HostServerOptions = {
  core: Pick<Core, 'attach' | 'file' | 'addFile'>;
  /** 0 = any */
  port: number;
  rendererDir: string;
  development: Development | null;
  /** Given where the core offers files to be saved. */
  offered?: OfferedFiles;
  log: Log;
};

/**
 * Serves the page, its bridge and its files on 127.0.0.1.
 * @throws AppError `conflict` when the port is taken.
 */
export async function startHostServer(options: HostServerOptions): Promise<HostServer> {
  const { core, log } = options;
  const server = createServer();
  const port = await listen(server, options.port);
  const door = createDoor(port, options.development);
  const { rendererDir, offered = createOfferedFiles() } = options;
  const deps = { core, door, rendererDir, home: options.development?.renderer ?? '/', offered, log };
  server.on('request', (request, response) => void answerRequest(deps, request, response));
  const bridges = createBridgeSockets(core, door, log);
  server.on('upgrade', (request, socket, head) => bridges.upgrade(request, socket, head));
  return {
    address: `http://127.0.0.1:${port}/?token=${door.token}`,
    port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      bridges.close();
      server.closeIdleConnections();
      // A window that does not answer the closing must not keep the app from ending.
      const impatient = setTimeout(() => server.closeAllConnections(), 1_000);
      await closed;
      clearTimeout(impatient);
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port)));
    server.listen(port, '127.0.0.1', () => {
      server.removeAllListeners('error');
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function listenError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new AppError(
      'conflict',
      `Port ${port} is taken by another program. Choose another with --port, or --port 0 for any that is free.`,
    );
  }
  if (error.code === 'EACCES') {
    return new AppError(
      'forbidden',
      `The system does not let this user listen on port ${port}. Choose one above 1023, or --port 0.`,
    );
  }
  return error;
}
