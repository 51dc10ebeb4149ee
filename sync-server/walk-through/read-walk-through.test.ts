import { expect, test } from 'vitest';

import { isAsShown, readWalkThrough } from './read-walk-through.ts';

const DOCUMENT = `# All
## One
\`\`\`bash
not of this section
\`\`\`
## Two
Words.
\`\`\`bash
echo a
\`\`\`
\`\`\`text
a
\`\`\`
\`\`\`sh
left out
\`\`\`
\`\`\`bash
echo b
echo c
\`\`\`
## Three`;

test('[SERVER-3] reads the steps of a section, with what each prints', () => {
  expect(readWalkThrough(DOCUMENT, '## Two')).toEqual([
    { line: 8, command: 'echo a', expected: 'a' },
    { line: 17, command: 'echo b\necho c', expected: null },
  ]);
  expect(() => readWalkThrough(DOCUMENT, '## Four')).toThrow('no section');
});

test('[SERVER-3] takes what is shown by the letter, but for what is left out', () => {
  expect(isAsShown('{"id":"12","text":"a.b"}\n204\n', '{"id":"…","text":"a.b"}\n204')).toBe(true);
  expect(isAsShown('{"id":"12","text":"a-b"}', '{"id":"…","text":"a.b"}')).toBe(false);
  expect(isAsShown('{"id":"12"}\n{"id":"13"}', '{"id":"…"}')).toBe(false);
  expect(isAsShown('a', 'a\nb')).toBe(false);
});
