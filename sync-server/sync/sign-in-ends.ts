import type { WebSocket } from 'ws';

import { CLOSE } from '#shared/wire.ts';

/** What a timer can wait; a token that lives longer is asked for again by then. */
const LONGEST_MS = 2 ** 31 - 1;

/** Closes a socket when the sign-in ends with which it was opened: a platform doesn't tell when one of its tokens ends early. */
export function closeAt(socket: WebSocket, until: Date, now: number): void {
  const end = () => {
    socket.close(CLOSE.signIn, 'sign in again');
    const patience = setTimeout(() => socket.terminate(), 3_000);
    socket.once('close', () => clearTimeout(patience));
  };
  const timer = setTimeout(end, Math.min(Math.max(0, until.getTime() - now), LONGEST_MS));
  socket.once('close', () => clearTimeout(timer));
}
