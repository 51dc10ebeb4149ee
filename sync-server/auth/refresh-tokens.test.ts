import { randomBytes } from 'node:crypto';

import { expect, test } from 'vitest';

import { newId } from '#shared/ids.ts';

import { firstRefreshToken, nextRefreshToken, readRefreshToken, refreshHash, writeRefreshToken } from './refresh-tokens.ts';

const key = randomBytes(32);

test('[SERVER-2] a refresh token comes back as it was written, under its own key alone', () => {
  const token = firstRefreshToken(newId());
  const text = writeRefreshToken(key, token);
  expect(readRefreshToken(key, text)).toEqual(token);
  expect(readRefreshToken(randomBytes(32), text)).toBeNull();
  for (const changed of [text.slice(0, -2), `${text}.`, text.replace('.', '..'), text.toUpperCase(), '']) {
    expect(readRefreshToken(key, changed)).toBeNull();
  }
});

test('[SERVER-2] the next token follows from the one before, and can not be had without the key', () => {
  const token = firstRefreshToken(newId());
  const next = nextRefreshToken(key, token);
  expect(nextRefreshToken(key, token)).toEqual(next);
  expect(nextRefreshToken(randomBytes(32), token)).not.toEqual(next);
  expect(refreshHash(next)).not.toEqual(refreshHash(token));
});
