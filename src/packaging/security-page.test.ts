import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

describe('docs/security.md', () => {
  it('[IT-5] names no test that isn’t there', () => {
    const page = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
    const named = new Set(Array.from(page.matchAll(/`(\[[A-Z]+-\d+\] [^`]+)`/g), (match) => match[1]!));
    expect(named.size).toBeGreaterThan(25);
    const tests = globSync('{src,e2e}/**/*.{test.ts,test.tsx,spec.ts}', { cwd: ROOT })
      .map((path) => readFileSync(join(ROOT, path), 'utf8'))
      .join('\n');
    expect([...named].filter((name) => !tests.includes(`'${name}'`))).toEqual([]);
  });

  it('[IT-5] has all of Electron’s list', () => {
    const page = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
    const numbers = Array.from(page.matchAll(/^\| ([\d, ]+) \|/gm), (match) => match[1]!.split(', ').map(Number)).flat();
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });
});
