import type { Server } from 'node:http';
import type { Socket } from 'node:net';

import { AppError } from '#shared/errors.ts';

import type { Addresses } from '../addresses.ts';
import { Counts } from '../counts.ts';
import type { Refusals } from '../refusals.ts';
import { problemResponse } from './errors.ts';
import { problemOf } from './problems.ts';

/** Connections on which nobody has shown yet who they are: so many of one address. A proxy that is trusted has to count by itself. */
export type Strangers = {
  watch(server: Server): void;
  /** Somebody showed who they are: it is a stranger's no more. */
  known(socket: Socket): void;
};

const LATER_MS = 10_000;

export function createStrangers({
  addresses,
  most,
  refused,
}: {
  addresses: Addresses;
  most: number;
  refused: Refusals;
}): Strangers {
  const counts = new Counts();
  const strangers = new WeakMap<Socket, () => void>();

  function came(socket: Socket): void {
    const address = addresses.ofPeer(socket.remoteAddress);
    if (address === null) return;
    if (!counts.take(address, most)) {
      refused('strangers-per-address');
      const error = new AppError(
        'too-many-requests',
        'This address has too many connections without a sign-in. Try again later.',
        {
          retryAfterMs: Math.round(LATER_MS * (1 + Math.random())),
          limit: 'strangers-per-address',
        },
      );
      socket.end(problemResponse(problemOf(error)), () => socket.destroy());
      return;
    }
    let counted = true;
    const forget = (): void => {
      if (counted) counts.give(address);
      counted = false;
    };
    strangers.set(socket, forget);
    socket.once('close', forget);
  }

  return {
    watch: (server) => void server.on('connection', came),
    known: (socket) => strangers.get(socket)?.(),
  };
}
