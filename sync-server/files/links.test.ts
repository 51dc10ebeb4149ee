import { expect, test } from 'vitest';

import { newId } from '#shared/ids.ts';

import { fileLinks, LINK_SECONDS } from './links.ts';

const KEY = Buffer.alloc(32, 7);
const START = Date.UTC(2026, 0, 1, 12, 3, 20);
const partsOf = (link: string) => {
  const { pathname, searchParams } = new URL(link, 'http://x');
  return { file: pathname.split('/').at(-1)!, expires: searchParams.get('expires')!, signature: searchParams.get('signature')! };
};

/** What becomes of a link `seconds` after it was made, on a node whose clock is `ahead`. */
function outcome(seconds: number, ahead = 0): string {
  const { file, ...link } = partsOf(fileLinks(KEY, () => START).sign(newId()));
  try {
    fileLinks(KEY, () => START + (seconds + ahead) * 1_000).check(file, link);
    return 'shown';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test('[FILE-2] a link is good for an hour at least, also by a clock that is off by a minute, and ends soon after', () => {
  expect([0, LINK_SECONDS].map((seconds) => outcome(seconds))).toEqual(['shown', 'shown']);
  expect([outcome(LINK_SECONDS, 60), outcome(0, -60)]).toEqual(['shown', 'shown']);
  expect(outcome(LINK_SECONDS + 7 * 60)).toBe('gone');
});

test('[FILE-2] the same file has the same link for minutes, so that it is fetched once', () => {
  const file = newId();
  const at = (seconds: number) => fileLinks(KEY, () => START + seconds * 1_000).sign(file);
  expect(at(60)).toBe(at(0));
  expect(at(300)).not.toBe(at(0));
});

test('[FILE-2] a link is for one file until one moment, and cannot be made by others', () => {
  const links = fileLinks(KEY, () => START);
  const file = newId();
  const { expires, signature } = partsOf(links.sign(file));
  expect(links.check(file, { expires, signature })).toBeUndefined();
  const forged = partsOf(fileLinks(Buffer.alloc(32, 8), () => START).sign(file)).signature;
  for (const [of, link] of [
    [newId(), { expires, signature }],
    [file, { expires: String(Number(expires) + 1), signature }],
    [file, { expires: `0${expires}`, signature }],
    [file, { expires: 'NaN', signature }],
    [file, { expires, signature: '' }],
    [file, { expires, signature: forged }],
    [file, { expires, signature: signature.slice(0, -2) }],
  ] as const) {
    expect(() => links.check(of, link)).toThrow(expect.objectContaining({ code: 'forbidden' }));
  }
});
