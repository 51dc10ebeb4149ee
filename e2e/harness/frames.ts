import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import { WebSocket, WebSocketServer, type RawData } from 'ws';

/** What is done to a frame: it goes on, twice, once more after others, after the next one, or a moment later with all behind it. */
export type Treatment = 'pass' | 'twice' | 'late' | 'swap' | 'slow';

const SLOW_MS = 60;
/** A frame that nothing follows is not kept for its successor any longer. */
const HELD_MS = 80;
/** How many frames a late copy waits for. */
const LATE_FRAMES = 4;
/** Headers that belong to one connection, and not to what is said on it. */
const OWN = /^(sec-websocket-(key|version|extensions|protocol|accept)|connection|upgrade|host)$/;

/** A way between an app and its server that reads frames: each can be doubled, brought late, or out of order. HTTP goes as it comes. */
export class FrameWay {
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  readonly #open = new Set<WebSocket>();
  #target: URL;
  #treat: (() => Treatment) | null = null;
  readonly done: Record<Treatment, number> = { pass: 0, twice: 0, late: 0, swap: 0, slow: 0 };

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((incoming, answer) => this.#forward(incoming, answer));
    this.#server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#upgrade(incoming, socket, head),
    );
  }

  static async begin(target: string): Promise<FrameWay> {
    const way = new FrameWay(target);
    way.#server.listen(0, '127.0.0.1');
    await once(way.#server, 'listening');
    return way;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Asked for each frame, either way; `null`: all pass. */
  treat(treat: (() => Treatment) | null): void {
    this.#treat = treat;
  }

  async end(): Promise<void> {
    for (const socket of this.#open) socket.terminate();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #forward(incoming: IncomingMessage, answer: ServerResponse): void {
    const { method, headers, url } = incoming;
    const asked = request(new URL(url ?? '/', this.#target), { method: method ?? 'GET', headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
      answered.on('error', () => answer.destroy());
    });
    asked.on('error', () => answer.destroy());
    answer.on('close', () => asked.destroy());
    incoming.pipe(asked);
  }

  #upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).flatMap(([name, value]) => (OWN.test(name) ? [] : [[name, String(value)]])),
    );
    const address = new URL(incoming.url ?? '/', this.#target.href.replace(/^http/, 'ws'));
    const protocols = incoming.headers['sec-websocket-protocol']?.split(/, */) ?? [];
    const far = new WebSocket(address, protocols, { headers, perMessageDeflate: false });
    this.#open.add(far);
    far.on('close', () => this.#open.delete(far));
    far.on('error', () => socket.destroy());
    far.on('unexpected-response', (_request, answered) => {
      const told = Object.entries(answered.headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
      socket.write(`HTTP/1.1 ${answered.statusCode} ${answered.statusMessage}\r\n${told.join('')}\r\n`);
      answered.pipe(socket);
    });
    // Frames may come before our own end is open.
    const early: [RawData, boolean][] = [];
    const keep = (data: RawData, isBinary: boolean): void => void early.push([data, isBinary]);
    far.on('message', keep);
    far.on('open', () => {
      this.#sockets.handleUpgrade(incoming, socket, head, (near) => {
        this.#open.add(near);
        near.on('close', () => this.#open.delete(near));
        far.off('message', keep);
        const toNear = this.#lane(near);
        for (const [data, isBinary] of early) toNear(data, isBinary);
        far.on('message', toNear);
        near.on('message', this.#lane(far));
        for (const [one, other] of [
          [near, far],
          [far, near],
        ] as const) {
          one.on('ping', (data) => other.readyState === WebSocket.OPEN && other.ping(data));
          one.on('close', (code, reason) => {
            if (code === 1000 || (code >= 3000 && code < 5000)) other.close(code, reason);
            else other.terminate();
          });
          one.on('error', () => other.terminate());
        }
      });
    });
  }

  /** One direction. What is not to be out of order stays in order. */
  #lane(to: WebSocket): (data: RawData, isBinary: boolean) => void {
    let behind: Promise<unknown> = Promise.resolve();
    let swapped: { data: RawData; isBinary: boolean; timer: NodeJS.Timeout } | null = null;
    const late: { data: RawData; isBinary: boolean; after: number }[] = [];
    const send = (data: RawData, isBinary: boolean): void => {
      if (to.readyState === WebSocket.OPEN) to.send(data, { binary: isBinary });
    };
    const release = (): void => {
      if (!swapped) return;
      clearTimeout(swapped.timer);
      send(swapped.data, swapped.isBinary);
      swapped = null;
    };
    const go = (data: RawData, isBinary: boolean, treatment: Treatment): void => {
      if (treatment === 'swap' && !swapped) {
        swapped = { data, isBinary, timer: setTimeout(release, HELD_MS) };
        return;
      }
      send(data, isBinary);
      if (treatment === 'twice') send(data, isBinary);
      if (treatment === 'late') late.push({ data, isBinary, after: LATE_FRAMES });
      release();
      for (const one of late) one.after--;
      while (late[0] && late[0].after <= 0) {
        const { data, isBinary } = late.shift()!;
        send(data, isBinary);
      }
    };
    return (data, isBinary) => {
      const treatment = this.#treat?.() ?? 'pass';
      this.done[treatment]++;
      behind = behind
        .then(() => treatment === 'slow' && new Promise((resolve) => setTimeout(resolve, SLOW_MS)))
        .then(() => go(data, isBinary, treatment));
    };
  }
}
