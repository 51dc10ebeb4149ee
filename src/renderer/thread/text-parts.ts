import type { PersonView } from '#shared/views.ts';

export type TextPart =
  | { kind: 'text'; at: number; text: string }
  | { kind: 'link'; at: number; text: string; url: string }
  | { kind: 'mention'; at: number; text: string; person: PersonView };

const ADDRESS = '(?:https?:\\/\\/|mailto:)[^\\s<>"“”]+|\\b[\\p{L}\\p{N}._%+-]+@[\\p{L}\\p{N}-]+(?:\\.[\\p{L}\\p{N}-]+)+';
/** Begins as numbers to be called do, and is no part of something longer. */
const PHONE = '(?<![\\p{L}\\p{N}+#._/:-])(?:\\+\\d|\\(?0)[\\d\\u00a0 ().-]{6,20}\\d(?![\\p{L}\\p{N}]|[-./:]\\d)';
const LINK = new RegExp(`${ADDRESS}|${PHONE}`, 'giu');
const TRAILING = /[.,;:!?'’»)\]}。、，！？）」*_~`]+$/u;
const NO_PHONE = /^(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|0\.\d+$)/u;

/** The end of a link belongs to the sentence, unless it closes a bracket that the link opened. */
function trimEnd(link: string): string {
  let text = link;
  for (let match = TRAILING.exec(text); match; match = TRAILING.exec(text)) {
    const last = text.at(-1);
    if (last === ')' && text.split('(').length > text.split(')').length - 1) break;
    text = text.slice(0, -1);
  }
  return text;
}

/** The number to call, without what people put between its digits; `null` for dates, amounts and numbers of orders. */
function phoneUrl(text: string): string | null {
  const digits = text.replace(/\(0\)|\D/gu, '');
  if (digits.length < 9 || digits.length > 15 || NO_PHONE.test(text)) return null;
  return `tel:${text.startsWith('+') ? '+' : ''}${digits}`;
}

/** The address to open, only for what is safe to open; `null` otherwise. */
export function safeUrl(text: string): string | null {
  if (/^[+(\d]/u.test(text) && !text.includes('@')) return phoneUrl(text);
  const address = /^(?:https?:|mailto:)/iu.test(text) ? text : `mailto:${text}`;
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : null;
}

function linkParts(text: string, from: number): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const match of text.matchAll(LINK)) {
    const link = trimEnd(match[0]);
    const url = safeUrl(link);
    if (url === null) continue;
    if (match.index > at) parts.push({ kind: 'text', at: from + at, text: text.slice(at, match.index) });
    parts.push({ kind: 'link', at: from + match.index, text: link, url });
    at = match.index + link.length;
  }
  if (at < text.length) parts.push({ kind: 'text', at: from + at, text: text.slice(at) });
  return parts;
}

/** Cuts a text into words, links and mentions. Only people who are mentioned by the message itself are marked. */
export function textParts(text: string, mentions: readonly PersonView[]): TextPart[] {
  const names = mentions.toSorted((a, b) => b.name.length - a.name.length);
  const parts: TextPart[] = [];
  let at = 0;
  let from = 0;
  while (names.length > 0 && at < text.length) {
    const next = text.indexOf('@', at);
    if (next < 0) break;
    const person = names.find(({ name }) => name !== '' && text.startsWith(name, next + 1));
    if (!person) {
      at = next + 1;
      continue;
    }
    parts.push(...linkParts(text.slice(from, next), from));
    const end = next + 1 + person.name.length;
    parts.push({ kind: 'mention', at: next, text: text.slice(next, end), person });
    at = end;
    from = end;
  }
  parts.push(...linkParts(text.slice(from), from));
  return parts;
}

/** Long enough to be folded until somebody asks for all of it. */
export function isLong(text: string): boolean {
  return text.length > 1_400 || text.split('\n').length > 24;
}
