import { expect, test } from 'vitest';

import { accessTokenOf } from './access-token.ts';

test.each([
  [{}, null],
  [{ authorization: 'Bearer abc' }, 'abc'],
  [{ authorization: 'bearer abc' }, 'abc'],
  [{ authorization: 'Basic abc' }, null],
  [{ authorization: 'Bearer' }, null],
  [{ authorization: '', cookie: 'access=abc' }, null],
  [{ cookie: 'access=abc' }, 'abc'],
  [{ cookie: 'theme=dark; access=abc.def-_; csrftoken=x' }, 'abc.def-_'],
  [{ cookie: 'access="abc"' }, 'abc'],
  [{ cookie: 'xaccess=abc; access_token=abc; access' }, null],
  [{ cookie: 'access=' }, null],
  [{ authorization: 'Bearer abc', cookie: 'access=def' }, 'abc'],
])('[SERVER-3] the access token of %j is %j', (headers, token) => {
  expect(accessTokenOf(headers)).toBe(token);
});
