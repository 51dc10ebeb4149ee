import { describe, expect, it } from 'vitest';

import { AppError } from '#shared/errors.ts';

import { sessionOf, trusted, type Answered } from './trusted-answer.ts';

const URL_ = 'https://chat.example.com/api/v1/session/refresh';
const good = (status: number, changes: Partial<Answered> = {}): Answered => ({
  url: URL_,
  status,
  redirected: false,
  type: 'application/problem+json; charset=utf-8',
  ...changes,
});
const wipe = new AppError('device-wiped', 'Signed out.', { session: 's' });
const disabled = new AppError('account-disabled', 'Disabled.');

describe('an answer that would wipe this machine', () => {
  it.each(['https://chat.example.com/x', 'http://127.0.0.1:8080/x', 'http://[::1]:8080/x', 'http://localhost/x'])(
    '[SYNC-6] counts from %s',
    (url) => {
      expect(trusted(wipe, good(401, { url }))).toBe(wipe);
      expect(trusted(disabled, good(403, { url }))).toBe(disabled);
    },
  );

  it.each(['http://chat.example.com/x', 'http://127.0.0.1.example.com/x', 'http://localhost.example.com/x', 'http://10.0.0.7/x'])(
    '[SYNC-6] only ends the session where anybody on the way can have written it (%s)',
    (url) => {
      expect(trusted(wipe, good(401, { url })).code).toBe('sign-in-required');
      expect(trusted(disabled, good(403, { url })).code).toBe('sign-in-required');
    },
  );

  it.each([
    ['a server that is in trouble', { status: 503 }],
    ['a gateway', { status: 502 }],
    ['another status than the server gives', { status: 403 }],
    ['somewhere it was sent on to', { redirected: true }],
    ['a page', { type: 'text/html' }],
    ['nothing that says what it is', { type: null }],
  ])('[SYNC-6] is no answer from %s', (_from, changes) => {
    expect(trusted(wipe, good(401, changes)).code).toBe('unavailable');
  });

  it('[SYNC-6] leaves every other failure as it is', () => {
    const other = new AppError('conflict', 'Another.');
    expect(trusted(other, good(409, { url: 'http://chat.example.com/', type: null, redirected: true }))).toBe(other);
  });
});

it('[SYNC-6] the session of a refresh token is what stands before its secret', () => {
  expect(sessionOf('0198c0de-aaaa-7bbb-8ccc-ddddeeeeffff.secret.tag')).toBe('0198c0de-aaaa-7bbb-8ccc-ddddeeeeffff');
  expect(sessionOf('broken')).toBe('');
});
