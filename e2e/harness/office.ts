import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';

const NAME = 'trialogue.test';

/**
 * A network as offices have it: a server that only a proxy with a password leads to, under a name that no one else knows, with a certificate
 * of the office's own authority.
 */
export type Office = {
  /** `https://trialogue.test` */
  server: string;
  proxy(user: string, password: string): string;
  /** PEM file of the authority. */
  authority: string;
  /** What the proxy was asked for, and how it answered. */
  asked: { target: string; status: number }[];
  close(): Promise<void>;
};

export async function openOffice(upstream: string): Promise<Office> {
  const folder = mkdtempSync(join(tmpdir(), 'trialogue-office-'));
  makeCertificates(folder);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const inside = new URL(upstream);
  const tls = createTlsServer(
    { key: readFileSync(join(folder, 'server.key')), cert: readFileSync(join(folder, 'server.pem')) },
    (secure) => {
      const plain = connect(Number(inside.port), inside.hostname);
      for (const socket of [secure, plain]) keep(socket);
      secure.pipe(plain).pipe(secure);
      secure.on('close', () => plain.destroy());
      plain.on('close', () => secure.destroy());
    },
  );
  // A handshake that the app breaks off is what one of the specs is about.
  tls.on('tlsClientError', (_error, socket) => socket.destroy());
  const tlsPort = await listen(tls);
  const asked: Office['asked'] = [];
  const proxy = createServer((_request, response) => response.writeHead(405).end());
  proxy.on('connect', (request, client: Socket, head) => {
    keep(client);
    const target = request.url ?? '';
    const credentials = Buffer.from(request.headers['proxy-authorization']?.replace(/^Basic /, '') ?? '', 'base64').toString();
    const status = credentials !== 'it:let me' ? 407 : target !== `${NAME}:443` ? 502 : 200;
    asked.push({ target, status });
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\nProxy-Authenticate: Basic realm="office"\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const server = connect(tlsPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      server.write(head);
      client.pipe(server).pipe(client);
    });
    keep(server);
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
  });
  const proxyPort = await listen(proxy);
  return {
    server: `https://${NAME}`,
    proxy: (user, password) => `http://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${proxyPort}`,
    authority: join(folder, 'authority.pem'),
    asked,
    async close() {
      for (const socket of sockets) socket.destroy();
      proxy.closeAllConnections();
      await Promise.all([proxy, tls].map((one) => new Promise((resolve) => one.close(resolve))));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function listen(server: Server | TcpServer): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** By OpenSSL, which every runner has: Node makes no certificates. */
function makeCertificates(folder: string): void {
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  writeFileSync(
    join(folder, 'server.ext'),
    `subjectAltName=DNS:${NAME}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n`,
  );
  openssl(
    'req',
    '-x509',
    ...key,
    '-days',
    '2',
    '-subj',
    '/CN=Office authority',
    '-keyout',
    'authority.key',
    '-out',
    'authority.pem',
  );
  openssl('req', '-new', ...key, '-subj', `/CN=${NAME}`, '-keyout', 'server.key', '-out', 'server.csr');
  const by = ['-CA', 'authority.pem', '-CAkey', 'authority.key', '-CAcreateserial'];
  openssl('x509', '-req', '-in', 'server.csr', ...by, '-days', '2', '-extfile', 'server.ext', '-out', 'server.pem');
}
