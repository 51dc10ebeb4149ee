import { expect, test } from 'vitest';

import { hashPassword, passwordFits } from './passwords.ts';

test('[SERVER-2] a password is kept as argon2id, and nothing fits where there is none', async () => {
  const stored = await hashPassword('correct horse');
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await passwordFits('correct horse', stored)).toBe(true);
  expect(await passwordFits('wrong horse', stored)).toBe(false);
  // Is checked against a hash all the same, which has to be one.
  expect(await passwordFits('correct horse', null)).toBe(false);
});
