import { expect, test } from 'vitest';

import { checkPassword, PASSWORD_RULES } from './password-rules.ts';

const owner = { name: 'Maria de la Cruz', email: 'maria.cruz@example.com' };

test.each([
  'correct horse battery',
  'xK2-9fQ_1z',
  'ünïcödé-sätze',
  '😀😃😄😁😆 five faces',
  ' leading space',
  'maria likes tulips',
])('[SERVER-8] %s is a password', (password) => expect(() => checkPassword(password, owner)).not.toThrow());

test.each([
  '',
  'short-one',
  '😀😃😄😁😆',
  'aaaaaaaaaaaa',
  'abababababab',
  'password1234',
  'PassWord!!!!',
  '1234567890',
  '9876543210',
  'trialogue2026',
  'maria.cruz@example.com',
  'MARIA.CRUZ',
  'maria-cruz-1990',
  'Maria de la Cruz',
  'mariadelacruz',
  'x'.repeat(201),
])('[SERVER-8] %s is none, and the rules are said', (password) => {
  expect(() => checkPassword(password, owner)).toThrow(PASSWORD_RULES);
});
