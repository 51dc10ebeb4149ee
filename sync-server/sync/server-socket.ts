import { WebSocket } from 'ws';

import { CLOSE } from '#shared/wire.ts';

/** What ws closes with by itself when a frame is larger than it may be. */
const MESSAGE_TOO_BIG = 1009;

/** A socket that says "too large" in the code of our contract: clients take it as final, and 1009 as a failure to try again after. */
export class ServerSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code === MESSAGE_TOO_BIG ? CLOSE.tooLarge : code, reason);
  }
}
