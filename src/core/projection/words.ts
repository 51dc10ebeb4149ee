/**
 * Words as the search index holds them. Scripts that write without spaces are taken apart into characters, so that any
 * substring is a phrase of single characters; everything else is matched by words, the last one by its beginning.
 */
const UNSPACED =
  /[\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF\u3040-\u30FF\u31F0-\u31FF\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\uAA60-\uAA7F\uA9E0-\uA9FF]|[\u{20000}-\u{3FFFF}]/gu;

/** What is put into the index for a text. */
export function indexWords(text: string): string {
  return text.normalize('NFC').replace(UNSPACED, ' $& ');
}

/** A part of a query: one word, or a run of an unspaced script. `text` is folded. */
export type Term = { text: string; unspaced: boolean; prefix: boolean };

/** Lower case without diacritics, character by character the same for texts and queries. */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
}

/** The terms of what somebody typed. */
export function termsOf(query: string): Term[] {
  const terms: Term[] = [];
  const clean = query
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}\p{M}\p{Co}]+/gu, ' ')
    .trim();
  for (const word of clean.split(' ').filter((word) => word !== '')) {
    let rest = '';
    let run = '';
    const flush = (): void => {
      if (rest !== '') terms.push({ text: rest, unspaced: false, prefix: false });
      if (run !== '') terms.push({ text: run, unspaced: true, prefix: false });
      rest = '';
      run = '';
    };
    for (const character of word) {
      const unspaced = new RegExp(UNSPACED.source, 'u').test(character);
      if ((unspaced && rest !== '') || (!unspaced && run !== '')) flush();
      if (unspaced) run += character;
      else rest += character;
    }
    flush();
  }
  const last = terms.at(-1);
  if (last && !last.unspaced) last.prefix = true;
  return terms;
}

/** The query in the language of FTS5; `null` when there is nothing to look for. */
export function matchExpression(terms: readonly Term[]): string | null {
  const parts = terms.map((term) =>
    term.unspaced ? `"${Array.from(term.text).join(' ')}"` : `"${term.text}"${term.prefix ? '*' : ''}`,
  );
  return parts.length === 0 ? null : parts.join(' AND ');
}

/** Where the terms stand in a text, as [start, end) in UTF-16 units, in order and without overlaps. */
export function marksIn(text: string, terms: readonly Term[]): [number, number][] {
  const { folded, place } = foldWithPlaces(text);
  const marks: [number, number][] = [];
  for (const term of terms) {
    const wanted = fold(term.text);
    if (wanted === '') continue;
    for (let from = folded.indexOf(wanted); from >= 0; from = folded.indexOf(wanted, from + wanted.length)) {
      const end = from + wanted.length;
      const startsWord = term.unspaced || from === 0 || !/[\p{L}\p{N}]/u.test(folded[from - 1]!);
      const endsWord = term.unspaced || term.prefix || end === folded.length || !/[\p{L}\p{N}]/u.test(folded[end]!);
      if (startsWord && endsWord) marks.push([place[from]!, place[end]!]);
    }
  }
  marks.sort((a, b) => a[0] - b[0]);
  return marks.filter(([start], index) => index === 0 || start >= marks[index - 1]![1]);
}

function foldWithPlaces(text: string): { folded: string; place: number[] } {
  let folded = '';
  const place: number[] = [];
  let at = 0;
  for (const character of text) {
    const part = fold(character);
    for (let index = 0; index < part.length; index++) place.push(at);
    folded += part;
    at += character.length;
  }
  place.push(at);
  return { folded, place };
}

/** At most about `length` units of the text around its first mark. */
export function excerptOf(text: string, terms: readonly Term[], length = 160): { text: string; marks: [number, number][] } {
  const marks = marksIn(text, terms);
  if (text.length <= length) return { text, marks };
  const first = marks[0]?.[0] ?? 0;
  let start = Math.max(0, Math.min(first - Math.floor(length / 4), text.length - length));
  if (start > 0) {
    const space = text.indexOf(' ', start);
    if (space >= 0 && space < first) start = space + 1;
    else if (/[\uDC00-\uDFFF]/.test(text[start]!)) start += 1;
  }
  let end = Math.min(text.length, start + length);
  if (end < text.length && /[\uDC00-\uDFFF]/.test(text[end]!)) end -= 1;
  const lead = start > 0 ? '…' : '';
  const excerpt = lead + text.slice(start, end) + (end < text.length ? '…' : '');
  return {
    text: excerpt,
    marks: marks
      .filter(([from, to]) => from >= start && to <= end)
      .map(([from, to]) => [from - start + lead.length, to - start + lead.length]),
  };
}
