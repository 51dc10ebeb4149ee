import { buffer } from 'node:stream/consumers';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { S3_KEYS, startFakeS3, type FakeS3 } from '../testing/fake-s3.ts';
import { s3Store } from './s3-store.ts';

let s3: FakeS3;
beforeEach(async () => {
  s3 = await startFakeS3();
});
afterEach(() => s3.stop());

const open = (keys = S3_KEYS) => s3Store({ ...keys, url: `${s3.url}/bucket`, prefix: 'chat/' });
const BYTES = Buffer.from('0123456789');

test('[FILE-1] what is put into an S3 store is there, whole and in parts, until it is deleted', async () => {
  const store = open();
  expect(await store.size('ab/abc')).toBeNull();
  await store.put('ab/abc', BYTES);
  expect([...s3.objects.keys()]).toEqual(['/bucket/chat/ab/abc']);
  expect(await store.size('ab/abc')).toBe(10);
  expect(await buffer(await store.read('ab/abc'))).toEqual(BYTES);
  expect((await buffer(await store.read('ab/abc', { from: 2, to: 4 }))).toString()).toBe('234');
  await store.delete('ab/abc');
  await store.delete('ab/abc');
  expect(await store.size('ab/abc')).toBeNull();
});

test('[FILE-1] a store that is busy is asked again; one that refuses is told as away, without the key', async () => {
  s3.failNext(2);
  await open().put('a', BYTES);
  expect(s3.objects.size).toBe(1);
  const wrong = open({ ...S3_KEYS, secretAccessKey: 'wrong-secret' });
  const error = await wrong.put('b', BYTES).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('wrong-secret');
  expect(s3.objects.size).toBe(1);
});
