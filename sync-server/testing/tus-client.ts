import { request } from 'node:http';

/** tus 1.0 by hand, so that a test may break off where it likes. */
export type TusAnswer = { status: number; headers: Headers; body: unknown };
export type TusClient = {
  create(place: Record<string, string>, length: number | string, first?: Buffer): Promise<TusAnswer>;
  head(location: string): Promise<TusAnswer>;
  patch(location: string, offset: number, bytes: Buffer): Promise<TusAnswer>;
  remove(location: string): Promise<TusAnswer>;
  /** Promises `bytes`, sends `count` of them, and breaks off. */
  breakOff(location: string, offset: number, bytes: Buffer, count: number): Promise<void>;
};

export function tusClient(url: string, token: string | null): TusClient {
  const headers = { 'tus-resumable': '1.0.0', ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
  const stream = { 'content-type': 'application/offset+octet-stream' };

  async function call(method: string, path: string, more: Record<string, string> = {}, bytes?: Buffer): Promise<TusAnswer> {
    const init = { method, headers: { ...headers, ...more }, ...(bytes ? { body: new Uint8Array(bytes) } : {}) };
    const answer = await fetch(new URL(path, url), init);
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text.startsWith('{') ? JSON.parse(text) : text };
  }

  return {
    create(place, length, first) {
      const pairs = Object.entries(place).map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`);
      const more = { 'upload-length': String(length), 'upload-metadata': pairs.join(','), ...(first ? stream : {}) };
      return call('POST', '/api/v1/uploads', more, first);
    },
    head: (location) => call('HEAD', location),
    patch: (location, offset, bytes) => call('PATCH', location, { ...stream, 'upload-offset': String(offset) }, bytes),
    remove: (location) => call('DELETE', location),
    breakOff(location, offset, bytes, count) {
      return new Promise((resolve) => {
        const more = { ...stream, 'upload-offset': String(offset), 'content-length': bytes.length };
        const sending = request(new URL(location, url), { method: 'PATCH', headers: { ...headers, ...more } });
        sending.on('error', () => {});
        sending.on('close', () => resolve());
        sending.write(bytes.subarray(0, count), () => sending.destroy());
      });
    },
  };
}
