import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export const S3_KEYS = { accessKeyId: 'AKIATEST', secretAccessKey: 'a/secret+key', region: 'eu-test-1' };

/** Keeps objects in memory; answers only who signed the call properly (AWS Signature Version 4), and only with a true hash of the body. */
export type FakeS3 = {
  url: string;
  objects: Map<string, Buffer>;
  calls: string[];
  /** So many calls from now on are answered by 503. */
  failNext(count: number): void;
  stop(): Promise<void>;
};

export async function startFakeS3(): Promise<FakeS3> {
  const objects = new Map<string, Buffer>();
  const calls: string[] = [];
  let failing = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const key = request.url!.split('?')[0]!;
    calls.push(`${request.method} ${key}`);
    const end = (status: number, headers: Record<string, string | number> = {}, bytes?: Buffer): void =>
      void response.writeHead(status, headers).end(bytes);
    if (failing > 0) {
      failing -= 1;
      return end(503);
    }
    if (!isSigned(request, body)) return end(403);
    const found = objects.get(key);
    if (request.method === 'PUT') {
      objects.set(key, body);
      return end(200);
    }
    if (request.method === 'DELETE') {
      objects.delete(key);
      return end(204);
    }
    if (!found) return end(404);
    if (request.method === 'HEAD') return end(200, { 'content-length': found.length });
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    return range ? end(206, {}, found.subarray(Number(range[1]), Number(range[2]) + 1)) : end(200, {}, found);
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    calls,
    failNext(count) {
      failing = count;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function isSigned(request: IncomingMessage, body: Buffer): boolean {
  const header =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    );
  const hash = request.headers['x-amz-content-sha256'] as string;
  if (!header || (hash !== 'UNSIGNED-PAYLOAD' && hash !== createHash('sha256').update(body).digest('hex'))) return false;
  const [, id, day, region, names, signature] = header as unknown as string[];
  if (id !== S3_KEYS.accessKeyId || region !== S3_KEYS.region) return false;
  const signed = names!.split(';').map((name) => `${name}:${String(request.headers[name])}\n`);
  const [path, query = ''] = request.url!.split('?');
  const canonical = [request.method, path, query, signed.join(''), names, hash].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = [
    'AWS4-HMAC-SHA256',
    request.headers['x-amz-date'],
    scope,
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n');
  const key = ['s3', 'aws4_request'].reduce(hmac, hmac(hmac(`AWS4${S3_KEYS.secretAccessKey}`, day!), region));
  return hmac(key, text).toString('hex') === signature;
}
