import { request, type Agent, type IncomingHttpHeaders } from 'node:http';

import type { BadCall } from './calls.ts';

export type RawAnswer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

/** Far beyond what a busy machine takes: what answers later hangs. */
const HANGS_MS = 30_000;

/** Calls as it stands, without a word of its own. @throws when no answer comes */
export function sendCall(
  url: string,
  agent: Agent,
  method: string,
  { target, headers, body, asCookie }: BadCall,
  token: string | null,
): Promise<RawAnswer> {
  const shown = token === null ? {} : asCookie ? { cookie: `access=${token}` } : { authorization: `Bearer ${token}` };
  const length = body ? { 'content-length': String(body.length) } : {};
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => sending.destroy(new Error(`no answer within ${HANGS_MS} ms`)), HANGS_MS);
    const sending = request(
      { agent, method, hostname, port, path: target, headers: { ...headers, ...shown, ...length } },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          clearTimeout(late);
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) });
        });
      },
    );
    sending.on('error', (error) => {
      clearTimeout(late);
      reject(error);
    });
    sending.end(body ?? undefined);
  });
}
