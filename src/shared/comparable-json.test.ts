import { expect, test } from 'vitest';
import { z } from 'zod';

import { isComparableJson } from './comparable-json.ts';

test('[SERVER-9] finds what makes a schema throw, however deep it lies', () => {
  const hostile: unknown = JSON.parse('{"text": {"length": {"toString": 1}}}');
  expect(() => z.object({ text: z.string().min(1) }).safeParse(hostile)).toThrow(TypeError);
  expect(isComparableJson(hostile)).toBe(false);
  expect(isComparableJson([[[hostile]]])).toBe(false);
  expect(isComparableJson(JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`))).toBe(true);
  expect([null, 1, 'toString', [], { a: [{ length: 1 }] }].map(isComparableJson)).toEqual([true, true, true, true, true]);
});
