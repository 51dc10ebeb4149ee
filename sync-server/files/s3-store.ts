import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import { AwsClient } from 'aws4fetch';

import { AppError } from '#shared/errors.ts';

import type { S3Place } from './files-config.ts';
import type { ObjectStore } from './object-store.ts';

const ANSWER_MS = 60_000;

/** Any store that speaks S3, addressed by path (`host/bucket/key`). */
export function s3Store({ url, prefix, region, accessKeyId, secretAccessKey }: S3Place): ObjectStore {
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 3 });

  async function ask(key: string, init: RequestInit, allowed: readonly number[]): Promise<Response> {
    // Until it answers: how long a body takes is up to who reads it.
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new Error('the store of files did not answer')), ANSWER_MS);
    let answer: Response;
    try {
      answer = await client.fetch(`${url}/${prefix}${key}`, { ...init, signal: late.signal });
    } catch (error) {
      throw away(error);
    } finally {
      clearTimeout(timer);
    }
    if (answer.ok || allowed.includes(answer.status)) return answer;
    await answer.body?.cancel();
    throw away(new Error(`the store of files answered ${init.method} with ${answer.status}`));
  }

  return {
    async put(key, bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const headers = { 'x-amz-content-sha256': sha256, 'content-type': 'application/octet-stream' };
      const answer = await ask(key, { method: 'PUT', headers, body: new Uint8Array(bytes) }, []);
      await answer.body?.cancel();
    },
    async size(key) {
      const answer = await ask(key, { method: 'HEAD' }, [404]);
      return answer.status === 404 ? null : Number(answer.headers.get('content-length'));
    },
    async read(key, range) {
      const headers = range ? { range: `bytes=${range.from}-${range.to}` } : undefined;
      const answer = await ask(key, { method: 'GET', ...(headers ? { headers } : {}) }, []);
      return answer.body ? Readable.fromWeb(answer.body) : Readable.from([]);
    },
    async delete(key) {
      const answer = await ask(key, { method: 'DELETE' }, [404]);
      await answer.body?.cancel();
    },
  };
}

function away(cause: unknown): AppError {
  const known = new AppError('unavailable', 'The store of files does not answer just now. Nothing is lost; try again.');
  known.cause = cause;
  return known;
}
