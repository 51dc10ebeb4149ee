import bidiFactory from 'bidi-js';

import type { FontFile } from './fonts.ts';

/** A piece of a line in one font and direction. `text` is in the order in which a shaper takes it. */
export type Run = { text: string; font: FontFile; width: number };
export type Line = { runs: Run[]; width: number; isRightToLeft: boolean };

export type Measure = {
  /** `null`: there is no font for it. */
  fontFor(codePoint: number): FontFile | null;
  /** Whether this font has the character too: then a run goes on in it. */
  has(font: FontFile, codePoint: number): boolean;
  widthOf(text: string, font: FontFile): number;
};

const REPLACEMENT = 0xff_fd;
/** Right-to-left scripts that a shaper knows and puts in visual order by itself. */
const SHAPED = /\p{Script=Arabic}|\p{Script=Hebrew}|\p{Script=Syriac}|\p{Script=Thaana}|\p{Script=Nko}/u;
/** They have no shape of their own, and go with whatever is before them. */
const INVISIBLE = /\p{M}|\p{Emoji_Modifier}|\p{Cf}|\p{Variation_Selector}/u;
const NEUTRAL = /[\s\p{P}]/u;

const bidi = bidiFactory();
const words = new Intl.Segmenter('en', { granularity: 'word' });
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Breaks a text into lines of at most `width`, each with its runs in the order in which they stand on paper, from the left. */
export function layoutText(text: string, width: number, measure: Measure): Line[] {
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .flatMap((paragraph) => layoutParagraph(withoutControls(paragraph), width, measure));
}

// oxlint-disable-next-line no-control-regex -- they have no glyphs
const withoutControls = (text: string): string => text.replaceAll('\t', '    ').replaceAll(/[\u0000-\u001F\u007F]/g, '');

function layoutParagraph(text: string, width: number, measure: Measure): Line[] {
  if (text === '') return [{ runs: [], width: 0, isRightToLeft: false }];
  const embedding = bidi.getEmbeddingLevels(text);
  const isRightToLeft = embedding.paragraphs[0]?.level === 1;
  const lineOf = (from: number, to: number): Line => {
    const end = from + text.slice(from, to).trimEnd().length;
    const runs = visualRuns(text, embedding.levels, from, end > from ? end : to, measure);
    return { runs, width: runs.reduce((sum, run) => sum + run.width, 0), isRightToLeft };
  };
  const lines: Line[] = [];
  let from = 0;
  let end = 0;
  // Each piece is measured by itself: what signs of two pieces are to each other is less than a line's edge is worth.
  let used = 0;
  for (const piece of pieces(text)) {
    const to = end + piece.length;
    const needed = lineOf(end, to).width;
    if (end > from && used + needed > width) {
      lines.push(lineOf(from, end));
      from = end;
      used = 0;
    }
    // A word that is longer than a line, such as a link, breaks where it must.
    while (from >= end && to - from > 1 && lineOf(from, to).width > width) {
      const cut = from + fitting(text.slice(from, to), (part) => lineOf(from, from + part.length).width <= width);
      lines.push(lineOf(from, cut));
      from = cut;
    }
    used += from > end ? lineOf(from, to).width : needed + spaceBehind(piece, measure);
    end = to;
  }
  if (end > from) lines.push(lineOf(from, end));
  return lines;
}

function spaceBehind(piece: string, measure: Measure): number {
  const font = measure.fontFor(0x20);
  const spaces = piece.length - piece.trimEnd().length;
  return font && spaces > 0 ? measure.widthOf(' ', font) * spaces : 0;
}

/** Words with what follows them up to where a line may break: behind spaces, and between signs that are written without any. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let isOpen = false;
  for (const { segment, isWordLike } of words.segment(text)) {
    const isSpace = /^\s+$/u.test(segment);
    const begins =
      !isOpen || (isWordLike === true && /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(segment));
    if (begins || found.length === 0) found.push(segment);
    else found[found.length - 1] += segment;
    isOpen = !isSpace;
  }
  return found;
}

/** How many UTF-16 units of a text fit, at whole signs; at least one sign. */
function fitting(text: string, fits: (part: string) => boolean): number {
  const ends = [...graphemes.segment(text)].map(({ index, segment }) => index + segment.length);
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(text.slice(0, ends[middle]))) low = middle;
    else high = middle - 1;
  }
  return ends[low]!;
}

type Piece = { text: string; font: FontFile; level: number };

/** The runs of a line by font and direction, then in the order of rule L2 of the bidirectional algorithm. */
function visualRuns(text: string, levels: Uint8Array, from: number, to: number, measure: Measure): Run[] {
  const found: Piece[] = [];
  for (let at = from; at < to;) {
    const codePoint = text.codePointAt(at)!;
    const sign = String.fromCodePoint(codePoint);
    const level = levels[at]!;
    const last = found.at(-1);
    at += sign.length;
    if (last && INVISIBLE.test(sign)) {
      last.text += sign;
      continue;
    }
    const goesOn = last?.level === level && NEUTRAL.test(sign) && measure.has(last.font, codePoint);
    const own = goesOn ? last.font : measure.fontFor(codePoint);
    const font = own ?? measure.fontFor(REPLACEMENT);
    if (!font) continue;
    const shown = own ? sign : String.fromCodePoint(REPLACEMENT);
    if (last?.level === level && last.font === font) last.text += shown;
    else found.push({ text: shown, font, level });
  }
  return reordered(found).map(({ text: run, font, level }) => {
    const ordered = level % 2 === 1 ? rightToLeft(run) : run;
    return { text: ordered, font, width: measure.widthOf(ordered, font) };
  });
}

function reordered(pieces: readonly Piece[]): Piece[] {
  const ordered = [...pieces];
  const levels = pieces.map(({ level }) => level);
  for (let level = Math.max(0, ...levels); level > 0; level--) {
    for (let at = 0; at < ordered.length; at++) {
      let end = at;
      while (end < ordered.length && ordered[end]!.level >= level) end++;
      if (end > at) ordered.splice(at, end - at, ...ordered.slice(at, end).reverse());
      at = end;
    }
  }
  return ordered;
}

/** Brackets turn; a shaper turns the rest if it knows the script, and else it is turned here. */
function rightToLeft(text: string): string {
  const signs = [...graphemes.segment(text)].map(({ segment }) => bidi.getMirroredCharacter(segment) ?? segment);
  return SHAPED.test(text) ? signs.join('') : signs.reverse().join('');
}
