import type { WebSocket } from 'ws';

import type { ServerLimits } from '../limits.ts';
import { Rate } from './rate.ts';

/** Counts what comes on a socket, whatever it is: messages, and pings and pongs that nobody asked for. To be called before others listen. */
export function boundFrames(
  socket: WebSocket,
  { limits, now }: { limits: ServerLimits; now: () => number },
  tooFast: () => void,
): void {
  const rate = new Rate(limits.framesPerSecond, limits.framesBurst, now());
  const count = (): void => {
    if (!rate.take(now())) tooFast();
  };
  socket.on('message', count);
  socket.on('ping', count);
  socket.on('pong', count);
}
