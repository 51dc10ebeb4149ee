import { createServer, type AddressInfo, type Socket } from 'node:net';

export type IcapAnswer = 'clean' | 'infected' | 'same' | 'blocked' | 'broken' | 'nothing';
export type FakeIcap = { url: string; heads: string[]; bodies: Buffer[]; answer: IcapAnswer; stop(): Promise<void> };

/** A virus scanner by ICAP that finds what the test says. It reads calls by RFC 3507 and nothing of ours. */
export async function startFakeIcap(): Promise<FakeIcap> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let came = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (part) => {
      came = Buffer.concat([came, part]);
      const call = read(came);
      if (!call) return;
      icap.heads.push(call.head);
      icap.bodies.push(call.body);
      respond(socket, icap.answer, call.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const icap: FakeIcap = {
    url: `icap://127.0.0.1:${(server.address() as AddressInfo).port}/avscan`,
    heads: [],
    bodies: [],
    answer: 'clean',
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return icap;
}

/** `null` until all of it came. */
function read(came: Buffer): { head: string; body: Buffer } | null {
  const end = came.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const head = came.toString('latin1', 0, end);
  let at = end + 4 + Number(/res-body=(\d+)/.exec(head)![1]);
  const chunks: Buffer[] = [];
  for (;;) {
    const line = came.indexOf('\r\n', at);
    if (line < 0) return null;
    const size = Number.parseInt(came.toString('latin1', at, line), 16);
    if (came.length < line + 4 + size) return null;
    if (size === 0) return { head, body: Buffer.concat(chunks) };
    chunks.push(came.subarray(line + 2, line + 2 + size));
    at = line + 4 + size;
  }
}

function http(status: string): string {
  return `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\n\r\n`;
}

function whole(head: string, sent: Buffer): Buffer {
  const icap = `ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=${head.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(`${icap}${head}${sent.length.toString(16)}\r\n`), sent, Buffer.from('\r\n0\r\n\r\n')]);
}

function respond(socket: Socket, answer: IcapAnswer, body: Buffer): void {
  if (answer === 'clean') socket.write('ICAP/1.0 204 No Content\r\nISTag: "1"\r\n\r\n');
  if (answer === 'infected') {
    socket.end('ICAP/1.0 200 OK\r\nX-Infection-Found: Type=0; Resolution=2; Threat=EICAR;\r\nEncapsulated: null-body=0\r\n\r\n');
  }
  // In pieces, and the connection stays.
  if (answer === 'same') for (const byte of chunked(whole(http('200 OK'), body))) socket.write(byte);
  if (answer === 'blocked') socket.write(whole(http('403 Forbidden'), Buffer.from('There was a virus.')));
  if (answer === 'broken') socket.end('ICAP/1.0 500 Server Error\r\n\r\n');
  if (answer === 'nothing') socket.end();
}

function chunked(bytes: Buffer): Buffer[] {
  return [bytes.subarray(0, 5), bytes.subarray(5, 90), bytes.subarray(90)];
}
