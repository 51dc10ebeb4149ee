import { describe, expect, test } from 'vitest';

import type { FontFile } from './fonts.ts';
import { layoutText, type Measure } from './text-layout.ts';

const font = (name: string): FontFile => ({ name, path: '' });
const [LATIN, ARABIC] = [font('latin'), font('arabic')];
/** Every sign is one wide; Thai has no font. */
const measure: Measure = {
  fontFor(codePoint) {
    const sign = String.fromCodePoint(codePoint);
    return /\p{Script=Thai}/u.test(sign) ? null : /\p{Script=Arabic}/u.test(sign) ? ARABIC : LATIN;
  },
  has: (font, codePoint) => font === LATIN || codePoint === 0x20,
  widthOf: (text) => Array.from(text).length,
};
const linesOf = (text: string, width: number): string[] =>
  layoutText(text, width, measure).map(({ runs }) => runs.map((run) => run.text).join('|'));

describe('lines', () => {
  test('[SERVER-5] break between words, at line ends, and within a word that is longer than a line', () => {
    expect(linesOf('one two three', 7)).toEqual(['one two', 'three']);
    expect(linesOf('a\n\nb', 7)).toEqual(['a', '', 'b']);
    expect(linesOf('https://example.com/long', 10)).toEqual(['https://ex', 'ample.com/', 'long']);
    expect(linesOf('漢字漢字漢字', 4).every((line) => line.length <= 4)).toBe(true);
  });

  test('[SERVER-5] keep signs of several code points together', () => {
    expect(linesOf('👨‍👩‍👧👨‍👩‍👧', 5)).toEqual(['👨‍👩‍👧', '👨‍👩‍👧']);
  });

  test('[SERVER-5] show what no font has as a replacement sign', () => {
    expect(linesOf('aก', 9)).toEqual(['a\uFFFD']);
  });
});

describe('right to left', () => {
  test('[SERVER-5] Arabic within Latin stands where it belongs, in the order for its shaper', () => {
    expect(linesOf('see مرحبا now', 40)).toEqual(['see |مرحبا| now']);
  });

  test('[SERVER-5] a paragraph that begins in Arabic goes from the right, with its numbers as they are', () => {
    const [line] = layoutText('مرحبا 123 سلام', 40, measure);
    expect(line!.isRightToLeft).toBe(true);
    // From the left: the last word, the number, the first word.
    expect(line!.runs.flatMap(({ text }) => text.trim() || [])).toEqual(['سلام', '123', 'مرحبا']);
  });

  test('[SERVER-5] brackets turn', () => {
    expect(linesOf('مرحبا (x)', 40).join('')).toMatch(/^\(\|x\|\)/);
  });
});
