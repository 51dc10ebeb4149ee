import type { PersonView } from '#shared/views.ts';

import { textParts, type TextPart } from './text-parts.ts';

/**
 * A small, safe part of Markdown: code, lists, bold, italic and struck text. Nothing that names another address than the one that is
 * read, no picture, no heading, no HTML; each letter that isn't a mark of these stays as it was written.
 */
export type Inline =
  | TextPart
  | { kind: 'code'; at: number; text: string }
  | { kind: 'strong' | 'em' | 'strike'; at: number; children: Inline[] };

export type Block =
  | { kind: 'text'; at: number; inline: Inline[] }
  | { kind: 'code'; at: number; text: string }
  | { kind: 'list'; at: number; items: { at: number; marker: string; inline: Inline[] }[] };

const ITEM = /^ {0,3}(?:([-*•])|(\d{1,3}[.)]))[ \t]+(\S.*)$/u;
const FENCE = /^ {0,3}```[\w+#.-]*\s*$/u;
const CODE = /`([^`\n]{1,2000})`/gu;
/** Marks stand around words, not inside of them: 2*3*4 and snake_case_names are neither. Bounded, so that no text takes long. */
const MARKED =
  /(?<![\p{L}\p{N}*])\*\*(?=\S)([^\n]{1,400}?)(?<=\S)\*\*(?![\p{L}\p{N}*])|(?<![\p{L}\p{N}~])~~(?=\S)([^\n]{1,400}?)(?<=\S)~~(?![\p{L}\p{N}~])|(?<![\p{L}\p{N}*_])([*_])(?=[^\s*_])([^*_\n]{1,400}?)(?<=\S)\3(?![\p{L}\p{N}*_])/gu;
/** Letters of nobody's script: each stands for a link, a mention or a piece of code while marks are looked for. */
const FIRST = 0xe000;
const MOST = 0x1800;

export function textBlocks(text: string, mentions: readonly PersonView[]): Block[] {
  const blocks: Block[] = [];
  const lines = text.split('\n');
  let at = 0;
  let plain: { at: number; lines: string[] } | null = null;
  const endPlain = (): void => {
    if (plain) blocks.push({ kind: 'text', at: plain.at, inline: inlineOf(plain.lines.join('\n'), plain.at, mentions) });
    plain = null;
  };
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const close = FENCE.test(line) ? lines.findIndex((other, place) => place > index && /^ {0,3}```\s*$/u.test(other)) : -1;
    const item = ITEM.exec(line);
    if (close > index) {
      endPlain();
      const code = lines.slice(index + 1, close);
      blocks.push({ kind: 'code', at, text: code.join('\n') });
      at += lines.slice(index, close + 1).join('\n').length + 1;
      index = close;
      continue;
    }
    if (item) {
      endPlain();
      const words = item[3] ?? '';
      const start = at + line.length - words.length;
      const entry = { at, marker: item[2] ?? '•', inline: inlineOf(words, start, mentions) };
      const last = blocks.at(-1);
      if (last?.kind === 'list') last.items.push(entry);
      else blocks.push({ kind: 'list', at, items: [entry] });
    } else if (plain) plain.lines.push(line);
    else plain = { at, lines: [line] };
    at += line.length + 1;
  }
  endPlain();
  return blocks;
}

function inlineOf(text: string, from: number, mentions: readonly PersonView[]): Inline[] {
  const atoms: Inline[] = [];
  let masked = '';
  /** Where each unit of `masked` stood in the text. */
  const places: number[] = [];
  const add = (letters: string, at: number): void => {
    for (let index = 0; index < letters.length; index++) places.push(at + index);
    masked += letters;
  };
  const addAtom = (atom: Inline): void => {
    if (atoms.length === MOST) return add('text' in atom ? atom.text : '', atom.at);
    add(String.fromCharCode(FIRST + atoms.length), atom.at);
    atoms.push(atom);
  };
  const addWords = (words: string, at: number): void => {
    for (const part of textParts(words, mentions)) {
      if (part.kind !== 'text') addAtom({ ...part, at: at + part.at });
      else for (const letter of part.text.split(/([\ue000-\uf8ff])/u)) addLetters(letter, at + part.at + 0);
    }
  };
  // A letter of the range that is used here can't be told apart: it becomes an atom itself.
  const addLetters = (letters: string, at: number): void => {
    if (/^[\ue000-\uf8ff]$/u.test(letters)) addAtom({ kind: 'text', at, text: letters });
    else add(letters, at);
  };
  let last = 0;
  for (const match of text.matchAll(CODE)) {
    addWords(text.slice(last, match.index), from + last);
    addAtom({ kind: 'code', at: from + match.index, text: match[1] ?? '' });
    last = match.index + match[0].length;
  }
  addWords(text.slice(last), from + last);
  return marked(masked, 0, places, atoms);
}

function marked(text: string, offset: number, places: readonly number[], atoms: readonly Inline[]): Inline[] {
  const parts: Inline[] = [];
  let last = 0;
  for (const match of text.matchAll(MARKED)) {
    const [whole, strong, strike, , em] = match;
    const inner = strong ?? strike ?? em ?? '';
    const start = offset + match.index + (whole.length - inner.length) / 2;
    parts.push(...unmasked(text.slice(last, match.index), offset + last, places, atoms));
    const kind = strong !== undefined ? 'strong' : strike !== undefined ? 'strike' : 'em';
    parts.push({ kind, at: places[offset + match.index] ?? 0, children: marked(inner, start, places, atoms) });
    last = match.index + whole.length;
  }
  parts.push(...unmasked(text.slice(last), offset + last, places, atoms));
  return parts;
}

function unmasked(text: string, offset: number, places: readonly number[], atoms: readonly Inline[]): Inline[] {
  const parts: Inline[] = [];
  let last = 0;
  const plain = (end: number): void => {
    if (end > last) parts.push({ kind: 'text', at: places[offset + last] ?? 0, text: text.slice(last, end) });
  };
  for (let index = 0; index < text.length; index++) {
    const atom = atoms[text.charCodeAt(index) - FIRST];
    if (!atom) continue;
    plain(index);
    parts.push(atom);
    last = index + 1;
  }
  plain(text.length);
  return parts;
}
