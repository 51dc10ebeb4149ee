import { createRequire } from 'node:module';

import { expect, it } from 'vitest';

import { noticesOf } from './notices.ts';

const require = createRequire(import.meta.url);
const [zod, yaml, kosugi] = ['zod', 'yaml', '@fontsource/kosugi/unicode.json'].map((name) => require.resolve(name));

it('[IT-5] names each package that is bundled once, with its version and the words of its licence', () => {
  const text = noticesOf([zod!, `${zod}?commonjs-module`, `\0${yaml}`, kosugi!, import.meta.filename, 'virtual:none']);
  const titles = Array.from(text.matchAll(/^=+\n(\S+)@\d\S* \((.+)\)\n=+$/gm), ([, name, licence]) => [name, licence]);
  expect(titles).toEqual([
    ['@fontsource/kosugi', expect.stringMatching(/^(Apache-2\.0|OFL-1\.1)$/)],
    ['yaml', 'ISC'],
    ['zod', 'MIT'],
  ]);
  expect(text).toContain('Permission is hereby granted, free of charge');
  expect(text).toContain('Permission to use, copy, modify, and/or distribute');
  expect(noticesOf([])).toBe('');
});
