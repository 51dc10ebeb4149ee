import { describe, expect, it } from 'vitest';

import { withPercentage } from './rollout.ts';

const file =
  "version: 1.1.0\nfiles:\n  - url: a.exe\n    sha512: AAAA==\n    size: 1\npath: a.exe\nsha512: AAAA==\nreleaseDate: '2026-11-23T00:00:00.000Z'\n";

describe('rollout', () => {
  it('[IT-3] writes the percentage, changes it, and takes it away, and leaves the rest as it is', () => {
    const ten = withPercentage(file, 10);
    expect(ten).toBe(`${file}stagingPercentage: 10\n`);
    expect(withPercentage(ten, 50)).toBe(`${file}stagingPercentage: 50\n`);
    expect(withPercentage(ten, 100).replaceAll('"', "'")).toBe(file);
  });

  it('[IT-3] refuses what is no percentage, and no file of a channel', () => {
    for (const percent of [-1, 101, 1.5, Number.NaN]) expect(() => withPercentage(file, percent)).toThrow('whole number');
    for (const text of ['', '- a', 'files: []', 'version: [']) expect(() => withPercentage(text, 10)).toThrow('no version');
  });
});
