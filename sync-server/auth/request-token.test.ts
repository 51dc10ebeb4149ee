import { expect, test } from 'vitest';

import { requestToken } from './request-token.ts';

const header = { token: 'abc', by: 'header' };
const cookie = { token: 'abc', by: 'cookie' };

test.each([
  [{}, null],
  [{ authorization: 'Bearer abc' }, header],
  [{ authorization: 'bearer abc' }, header],
  [{ authorization: 'Basic abc' }, null],
  [{ authorization: 'Bearer' }, null],
  [{ authorization: '', cookie: 'access=abc' }, null],
  [{ cookie: 'access=abc' }, cookie],
  [{ cookie: 'theme=dark; access=abc.def-_; csrftoken=x' }, { token: 'abc.def-_', by: 'cookie' }],
  [{ cookie: 'access="abc"' }, cookie],
  [{ cookie: 'xaccess=abc; access_token=abc; access' }, null],
  [{ cookie: 'access=' }, null],
  [{ authorization: 'Bearer abc', cookie: 'access=def' }, header],
])('[SERVER-3] the token of %j is %j', (headers, token) => {
  expect(requestToken(headers)).toEqual(token);
});
