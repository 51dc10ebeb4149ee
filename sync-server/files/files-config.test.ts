import { resolve } from 'node:path';

import { expect, it } from 'vitest';

import { readConfig } from '../config.ts';

const files = (env: Record<string, string>) => readConfig(env, '1').files;

it('[FILE-1] reads where files go', () => {
  expect(files({})).toEqual({
    store: null,
    uploadsDir: null,
    mostBytes: 25 * 1024 * 1024,
    types: ['*'],
    scan: { kind: 'none' },
  });
  expect(files({ FILES_UPLOADS_DIR: '/srv/uploads' }).uploadsDir).toBe(resolve('/srv/uploads'));
  expect(files({ FILES_URL: 'file:///srv/my%20files' }).store).toEqual({ kind: 'folder', path: '/srv/my files' });
  expect(files({ FILES_URL: 's3://id:se%2Fcret@s3.example.com:9000/bucket/chat/files?region=eu-1&tls=0' }).store).toEqual({
    kind: 's3',
    url: 'http://s3.example.com:9000/bucket',
    prefix: 'chat/files/',
    region: 'eu-1',
    accessKeyId: 'id',
    secretAccessKey: 'se/cret',
  });
  expect(files({ FILES_URL: 's3://id:secret@s3.example.com/bucket' }).store).toMatchObject({
    url: 'https://s3.example.com/bucket',
    prefix: '',
  });
});

it('[FILE-3] reads what may be sent, and what looks through it', () => {
  expect(files({ FILES_TYPES: 'image/*, application/pdf', FILES_MAX_MB: '100' })).toMatchObject({
    types: ['image/*', 'application/pdf'],
    mostBytes: 100 * 1024 * 1024,
  });
  expect(files({ FILES_SCAN_COMMAND: 'clamdscan --no-summary' }).scan).toEqual({
    kind: 'command',
    command: ['clamdscan', '--no-summary'],
  });
  expect(files({ FILES_SCAN_ICAP: 'icap://scanner:1344/avscan' }).scan).toEqual({
    kind: 'icap',
    url: 'icap://scanner:1344/avscan',
  });
});

it.each([
  ['FILES_URL', 's3://host/bucket-of-hush'],
  ['FILES_URL', 's3://id:hush@host'],
  ['FILES_URL', 'https://id:hush@host/bucket'],
  ['FILES_URL', 'file:///'],
  ['FILES_MAX_MB', '0'],
  ['FILES_TYPES', 'pictures'],
  ['FILES_SCAN_ICAP', 'http://hush/'],
])('[FILE-1] says that %s is wrong, and not what it holds', (variable, value) => {
  const wrong = () => files({ [variable]: value });
  expect(wrong).toThrow(new RegExp(variable));
  expect(wrong).not.toThrow(/hush/);
});

it('[FILE-5] takes one scanner', () => {
  expect(() => files({ FILES_SCAN_COMMAND: 'a', FILES_SCAN_ICAP: 'icap://a/b' })).toThrow(/FILES_SCAN_ICAP/);
});
