import http from 'node:http';
import https from 'node:https';

import { WebSocket, type ClientOptions } from 'ws';

const PING_MS = 4_000;
/** Two pings without an answer: the other end is gone, whatever TCP thinks. */
const SILENCE_MS = 9_000;
const PROBE_MS = 1_200;

const OPTIONS: ClientOptions = { handshakeTimeout: 8_000, perMessageDeflate: false, maxPayload: 64 * 1024 * 1024 };

/** A socket that shows who it is, and notices within about 10 s that nobody is there any more. */
export class LiveSocket extends WebSocket {
  /** The HTTP status with which the upgrade was refused; `null` when it wasn't. */
  rejected: number | null = null;
  #heardAt = performance.now();
  #ping: NodeJS.Timeout | null = null;

  constructor(url: string, token: string, onAlive?: () => void) {
    // The one that knows the way of this machine, proxy and all: by itself a socket goes straight.
    const agent = url.startsWith('wss:') ? https.globalAgent : http.globalAgent;
    super(url, { ...OPTIONS, agent, headers: { authorization: `Bearer ${token}` } });
    const heard = (): void => {
      this.#heardAt = performance.now();
      onAlive?.();
    };
    this.on('message', heard);
    this.on('ping', heard);
    this.on('pong', heard);
    this.on('open', () => {
      heard();
      this.#ping = setInterval(() => this.#beat(), PING_MS);
    });
    this.on('close', () => this.#ping && clearInterval(this.#ping));
    // The close that follows tells the listeners; ws reports the status of a refused upgrade in these words alone.
    this.on('error', (error) => {
      const status = /^Unexpected server response: (\d{3})$/.exec(error.message)?.[1];
      if (status !== undefined) this.rejected = Number(status);
    });
  }

  /** The machine slept or its network changed: no answer within a moment means that nobody is there. */
  probe(): void {
    if (this.readyState !== WebSocket.OPEN) return;
    const asked = performance.now();
    this.ping();
    setTimeout(() => {
      if (this.#heardAt < asked) this.terminate();
    }, PROBE_MS).unref();
  }

  #beat(): void {
    if (performance.now() - this.#heardAt > SILENCE_MS) this.terminate();
    else if (this.readyState === WebSocket.OPEN) this.ping();
  }
}
