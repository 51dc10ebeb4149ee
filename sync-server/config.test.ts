import { expect, it } from 'vitest';

import { readConfig } from './config.ts';

const origins = (ALLOWED_ORIGINS?: string): readonly string[] => readConfig({ ALLOWED_ORIGINS }, '1').allowedOrigins;

it('[SERVER-6] reads which other sites may open sockets', () => {
  expect([origins(), origins('')]).toEqual([[], []]);
  expect(origins('https://app.example.com, http://localhost:3000,')).toEqual([
    'https://app.example.com',
    'http://localhost:3000',
  ]);
});

it.each(['https://app.example.com/', 'app.example.com', '*', 'https://a.example https://b.example'])(
  '[SERVER-6] says which variable is wrong when %s is given as an origin',
  (wrong) => {
    expect(() => origins(wrong)).toThrow(/ALLOWED_ORIGINS/);
  },
);
