import { connect } from 'node:net';

import type { Scan } from './scanning.ts';

const MOST_MS = 120_000;
const PORT = 1344;
const INFECTION = /^(x-infection-found|x-virus-id|x-violations-found)\s*:/im;

/**
 * Asks a virus scanner by ICAP (RFC 3507, RESPMOD). 204, or the file as it was sent: clean. A name of an infection, or anything else in
 * place of the file: infected. Any other status: it can't tell.
 */
export function scanByIcap(address: string): Scan {
  const url = new URL(address);
  return async (bytes, signal) => {
    const answer = await exchange(url, request(url, bytes), signal);
    const end = answer.indexOf('\r\n\r\n');
    const head = answer.toString('latin1', 0, end);
    const status = Number(/^ICAP\/1\.\d (\d{3})/.exec(head)?.[1]);
    if (status === 204) return 'clean';
    if (status !== 200) throw new Error(`the scanner answered ${status}`);
    if (INFECTION.test(head)) return 'infected';
    return bytes.equals(encapsulated(head, answer.subarray(end + 4))) ? 'clean' : 'infected';
  };
}

/** The file, as an answer that somebody gets by HTTP. Names and addresses of ours don't stand in it. */
function request(url: URL, bytes: Buffer): Buffer {
  const asked = 'GET http://trialogue.invalid/file HTTP/1.1\r\nHost: trialogue.invalid\r\n\r\n';
  const answered = `HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: ${bytes.length}\r\n\r\n`;
  const head = [
    `RESPMOD ${url.href} ICAP/1.0`,
    `Host: ${url.host}`,
    'User-Agent: Trialogue',
    'Allow: 204',
    'Connection: close',
    `Encapsulated: req-hdr=0, res-hdr=${asked.length}, res-body=${asked.length + answered.length}`,
  ];
  const before = `${head.join('\r\n')}\r\n\r\n${asked}${answered}${bytes.length.toString(16)}\r\n`;
  return Buffer.concat([Buffer.from(before, 'latin1'), bytes, Buffer.from('\r\n0\r\n\r\n', 'latin1')]);
}

/** Everything until the scanner closes. */
function exchange(url: URL, sent: Buffer, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: url.hostname, port: Number(url.port || PORT) });
    const parts: Buffer[] = [];
    let length = 0;
    const cut = (): void => void socket.destroy(new Error('the server stops'));
    signal.addEventListener('abort', cut, { once: true });
    socket.setTimeout(MOST_MS, () => socket.destroy(new Error('the scanner did not answer')));
    socket.on('data', (part: Buffer) => {
      parts.push(part);
      length += part.length;
      // Some keep the connection all the same.
      if (isWhole(parts)) socket.end();
      if (length > 2 * sent.length + 1024 * 1024) socket.destroy(new Error('the scanner answers without end'));
    });
    socket.once('error', reject);
    socket.once('close', () => {
      signal.removeEventListener('abort', cut);
      const answer = Buffer.concat(parts);
      if (answer.includes('\r\n\r\n')) resolve(answer);
      else reject(new Error('the scanner closed without an answer'));
    });
    socket.write(sent);
  });
}

/** Its head is there, and where it has a body, as it seems, the last chunk of that. */
function isWhole(parts: readonly Buffer[]): boolean {
  const begin = Buffer.concat(parts.slice(0, 8)).toString('latin1', 0, 16 * 1024);
  const end = begin.indexOf('\r\n\r\n');
  if (end < 0) return false;
  if (!/res-body/i.test(begin.slice(0, end))) return true;
  return Buffer.concat(parts.slice(-8)).subarray(-7).toString('latin1') === '\r\n0\r\n\r\n';
}

/** The body of the HTTP answer in an ICAP answer, of which each part has a place in the header `Encapsulated`. */
function encapsulated(head: string, rest: Buffer): Buffer {
  const at = /^encapsulated\s*:.*\bres-body=(\d+)/im.exec(head)?.[1];
  if (at === undefined) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  for (let from = Number(at); ;) {
    const lineEnd = rest.indexOf('\r\n', from);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(rest.toString('latin1', from, lineEnd), 16);
    if (Number.isNaN(size) || lineEnd + 2 + size > rest.length) throw new Error('the scanner’s answer breaks off');
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size));
    from = lineEnd + 4 + size;
  }
}
