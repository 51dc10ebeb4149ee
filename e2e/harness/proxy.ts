import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** How a line is slow: each piece waits for so long, and for its length at so many bytes a second. */
export type Slowness = { delayMs: number; bytesPerSecond: number };

/** The network between an app and its server, on loopback: it can be cut and mended, fall silent and be slow, and its far end moved. */
export class Network {
  #server: Server | null = null;
  #port = 0;
  readonly #sockets = new Set<Socket>();
  readonly #lanes = new Set<Lane>();
  #target: { host: string; port: number };
  #isSilent = false;
  #slowness: Slowness | null = null;
  #brought = 0;

  constructor(targetUrl: string) {
    const { hostname, port } = new URL(targetUrl);
    this.#target = { host: hostname, port: Number(port) };
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Bytes that came from the far end until now. */
  get brought(): number {
    return this.#brought;
  }

  /** Takes connections; at the same port as before, if it had one. */
  async mend(): Promise<void> {
    if (this.#server) return;
    this.#server = createServer({ noDelay: true }, (near) => this.#connect(near));
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Ends every connection and takes no more. */
  async cut(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = null;
    server.close();
    this.reset();
    await once(server, 'close');
  }

  /** Ends every connection; new ones are taken. */
  reset(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** What is sent is taken and brought nowhere, either way, and nobody is told: not even when one end closes. */
  silence(): void {
    this.#isSilent = true;
    for (const lane of this.#lanes) lane.isLost = true;
  }

  /** New connections go through again; those of the silence stay lost, as behind a router that has forgotten them. */
  hear(): void {
    this.#isSilent = false;
  }

  /** `null`: as fast as can be. */
  slow(slowness: Slowness | null): void {
    this.#slowness = slowness;
  }

  retarget(url: string): void {
    const { hostname, port } = new URL(url);
    this.#target = { host: hostname, port: Number(port) };
  }

  /** What goes between the two ends: their bytes as they are. */
  protected bridge(near: Socket, far: Socket): void {
    const lanes = [new Lane(() => this.#slowness), new Lane(() => this.#slowness)] as const;
    near.pipe(lanes[0]).pipe(far);
    far.on('data', (chunk: Buffer) => (this.#brought += chunk.length));
    far.pipe(lanes[1]).pipe(near);
    for (const lane of lanes) this.#lanes.add(lane);
    for (const socket of [near, far]) socket.once('close', () => lanes.forEach((lane) => this.#lanes.delete(lane)));
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const)
      socket.on('close', () => lanes.some(({ isLost }) => isLost) || other.destroy());
  }

  #connect(near: Socket): void {
    this.#keep(near);
    if (this.#isSilent) {
      near.resume();
      return;
    }
    const far = connect({ ...this.#target, noDelay: true });
    this.#keep(far);
    this.bridge(near, far);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // A reset is what a cut network looks like; `close` follows.
    socket.on('error', () => socket.destroy());
  }
}

/** One direction of a connection. */
class Lane extends Transform {
  readonly #slowness: () => Slowness | null;
  isLost = false;

  constructor(slowness: () => Slowness | null) {
    super();
    this.#slowness = slowness;
  }

  override _transform(chunk: Buffer, _encoding: string, done: (error: null, chunk?: Buffer) => void): void {
    const slowness = this.#slowness();
    if (!slowness) return done(null, this.isLost ? undefined : chunk);
    const { delayMs, bytesPerSecond } = slowness;
    // What crawls when all else has ended keeps no program waiting.
    setTimeout(() => done(null, this.isLost ? undefined : chunk), delayMs + (1_000 * chunk.length) / bytesPerSecond).unref();
  }

  override _flush(done: () => void): void {
    // An end is brought nowhere either.
    if (!this.isLost) done();
  }
}
