import { describe, expect, it } from 'vitest';

import { ME, workerOf } from '../testing/fake-data.ts';
import { isLong, safeUrl, textParts } from './text-parts.ts';

const links = (text: string): string[] => textParts(text, []).flatMap((part) => (part.kind === 'link' ? [part.url] : []));
const whole = (text: string): string =>
  textParts(text, [ME])
    .map((part) => part.text)
    .join('');

describe('text of a message', () => {
  it('[THREAD-1] recognises addresses and leaves the sentence’s own signs out of them', () => {
    expect(links('See https://example.com/a(b)?c=1, or (http://example.org).')).toEqual([
      'https://example.com/a(b)?c=1',
      'http://example.org/',
    ]);
    expect(links('Write to accounts@example.com.')).toEqual(['mailto:accounts@example.com']);
    expect(links('見て：https://example.com/部品。')).toEqual(['https://example.com/%E9%83%A8%E5%93%81']);
  });

  it('[THREAD-1] opens nothing but http, https and mailto', () => {
    expect(links('javascript:alert(1) file:///etc/passwd data:text/html,x ftp://example.com vbscript:x')).toEqual([]);
    for (const text of ['javascript:alert(1)', 'JaVaScRiPt:x', 'http://', 'data:text/html,x']) {
      const url = safeUrl(text);
      expect(url === null || url.startsWith('mailto:')).toBe(true);
    }
  });

  it('[THREAD-4] marks a whole name of somebody who is mentioned, the longest first', () => {
    const short = { ...ME, id: 'a', name: 'Ana' };
    const parts = textParts('@Ana Reyes and @Ana, not @Ben', [short, ME]);
    expect(parts.flatMap((part) => (part.kind === 'mention' ? [[part.text, part.person.id]] : []))).toEqual([
      ['@Ana Reyes', 'me'],
      ['@Ana', 'a'],
    ]);
    expect(textParts(`@${workerOf(0).name}`, []).every((part) => part.kind === 'text')).toBe(true);
  });

  it('[THREAD-1] loses no sign of any text', () => {
    for (const text of ['', 'a', '@@Ana Reyes@', 'x https://a.b/) y', 'مرحبا @Ana Reyes https://a.b', 'a@b.cc@d.ee'])
      expect(whole(text)).toBe(text);
  });

  it('[THREAD-1] folds long texts', () => {
    expect(isLong('x'.repeat(8_000))).toBe(true);
    expect(isLong('\n'.repeat(40))).toBe(true);
    expect(isLong('short')).toBe(false);
  });
});

describe('phone numbers', () => {
  it.each([
    ['call 0917 123 4567 today', '0917 123 4567', 'tel:09171234567'],
    ['+63 (917) 123-4567.', '+63 (917) 123-4567', 'tel:+639171234567'],
    ['at (02) 8123 4567,', '(02) 8123 4567', 'tel:0281234567'],
    ['+44 (0)20 7946 0958', '+44 (0)20 7946 0958', 'tel:+442079460958'],
  ])('[THREAD-1] are links to call: %s', (text, shown, url) =>
    expect(textParts(text, []).filter((part) => part.kind === 'link')).toMatchObject([{ text: shown, url }]),
  );

  it.each([
    '01.02.2026 09:00',
    'ORD-0917123456',
    '#09171234567',
    'since 2026-11-20 1430',
    '0.123456789',
    'PHP 1,234,567,890',
    '012345',
  ])('[THREAD-1] are not dates, amounts or numbers of orders: %s', (text) =>
    expect(textParts(text, []).map((part) => part.kind)).toEqual(['text']),
  );
});
