import http from 'node:http';
import https from 'node:https';

import { WebSocket, type ClientOptions } from 'ws';

const PING_MS = 4_000;
/** Two pings without an answer: the other end is gone, whatever TCP thinks. */
const SILENCE_MS = 9_000;
const PROBE_MS = 1_200;

/** Whatever a server, or something in between, says: somebody waits for their messages. */
const LATER_MOST_MS = 60_000;

const OPTIONS: ClientOptions = { handshakeTimeout: 8_000, perMessageDeflate: false, maxPayload: 64 * 1024 * 1024 };

/** A socket that shows who it is, and notices within about 10 s that nobody is there any more. */
export class LiveSocket extends WebSocket {
  /** The HTTP status with which the upgrade was refused; `null` when it wasn't. */
  rejected: number | null = null;
  /** How long the server that refused it wants to be left alone; `null` when it didn't say. */
  retryAfterMs: number | null = null;
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
    this.on('unexpected-response', (_request, response) => {
      this.rejected = response.statusCode ?? null;
      const seconds = Number(response.headers['retry-after']);
      if (Number.isInteger(seconds) && seconds > 0) this.retryAfterMs = Math.min(seconds * 1_000, LATER_MOST_MS);
      // Ends as any other that could not be opened: with an error, and a close.
      this.terminate();
    });
    // The close that follows tells the listeners.
    this.on('error', () => {});
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
