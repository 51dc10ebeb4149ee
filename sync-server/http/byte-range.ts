import type { IncomingHttpHeaders } from 'node:http';

import type { ByteRange } from '../files/object-store.ts';

export type Wanted =
  | { kind: 'whole' }
  | { kind: 'part'; range: ByteRange }
  | { kind: 'not-modified' }
  /** Nothing of what is asked for is there. */
  | { kind: 'beyond' };

/** What a call wants of bytes that never change under their tag (RFC 9110). Of several ranges at once, all is given, which it allows. */
export function wantedOf(headers: IncomingHttpHeaders, size: number, tag: string): Wanted {
  if (matches(headers['if-none-match'], tag)) return { kind: 'not-modified' };
  const { range } = headers;
  const condition = headers['if-range'];
  if (range === undefined || (condition !== undefined && condition !== tag)) return { kind: 'whole' };
  const found = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(range);
  if (!found || (found[1] === '' && found[2] === '')) return { kind: 'whole' };
  const [first, last] = [found[1]!, found[2]!];
  // The last so many.
  if (first === '') {
    const count = Math.min(Number(last), size);
    return count === 0 ? { kind: 'beyond' } : { kind: 'part', range: { from: size - count, to: size - 1 } };
  }
  const from = Number(first);
  const to = last === '' ? size - 1 : Number(last);
  if (to < from && last !== '') return { kind: 'whole' };
  return from >= size ? { kind: 'beyond' } : { kind: 'part', range: { from, to: Math.min(to, size - 1) } };
}

function matches(condition: string | undefined, tag: string): boolean {
  if (condition === undefined) return false;
  return condition.trim() === '*' || condition.split(',').some((one) => one.trim().replace(/^W\//, '') === tag);
}
