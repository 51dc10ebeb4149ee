import { describe, expect, it } from 'vitest';

import { findContactDetails } from './contact-details.ts';
import { LIMITS } from './limits.ts';

describe('contact details in a text', () => {
  it.each([
    'write to juan.delacruz@example.com',
    'JUAN_99+jobs@mail.example.co.uk, thanks',
    'juan@example.com.',
    'niño@correo.example',
    'juan (at) example (dot) com',
    'juan [at] example.com',
    'juan @ gmail.com',
    'juan at gmail dot com',
    'juan＠example．com',
    'ju\u200ban@exam\u200bple.com',
  ])('[FILTER-1] finds the address in "%s"', (text) => expect(findContactDetails(text)).toEqual(['e-mail']));

  it.each([
    '09171234567',
    'call 0917 123 4567 today',
    'text me:0917-123-4567',
    '0917.123.4567',
    '(0917) 123-4567',
    '0917 1234567',
    '0917 1234 567',
    '0917 123 45 67',
    '09 17 123 4567',
    '0 9 1 7 1 2 3 4 5 6 7',
    '0-9-1-7-1-2-3-4-5-6-7',
    '+639171234567',
    '+63 917 123 4567',
    '+63-917-123-4567',
    '+63 (0) 917 123 4567',
    '+63 (917) 123-4567',
    '639171234567',
    '63 917 123 4567',
    '０９１７ １２３ ４５６７',
    '0917\u200b1234567',
    'my number is 09171234567, or 09181234567',
    '09171234567.',
    '0917 – 123 – 4567',
  ])('[FILTER-1] finds the number in "%s"', (text) => expect(findContactDetails(text)).toEqual(['phone']));

  it.each([
    'PHP 9,171,234.50 in all',
    'PHP 917,123,456,700',
    '₱0.9171234567',
    '12.09171234567',
    'on 09/17/2026 at 10:30',
    'on 09-17-2026, 4 people',
    '09 17 2026 1200 noon',
    '2026-09-17 12:34:56',
    '09.17.2026 - 09.19.2026',
    'order 2026-0917-123-4567',
    'order ORD-09171234567',
    'order #09171234567',
    'receipt 12309171234567',
    'receipt 0917123456789',
    'serial A09171234567B',
    'landline (02) 8123 4567',
    '0917 123 456',
    '9171234567',
    '639 171 234 567 pesos',
    '0817 123 4567',
    '+1 917 123 4567',
    'size 09 x 17 x 123 x 4567',
    '0917\n123\n4567',
    'bring 5@100.50 each',
    'hello @Juan dela Cruz',
    'see you @ cafe.Then we talk',
    'look at the sink. It dots the floor',
    'the plan at example.com',
    '@example.com',
    'a@b',
    '',
  ])('[FILTER-1] finds nothing in "%s"', (text) => expect(findContactDetails(text)).toEqual([]));

  it('[FILTER-1] names both kinds, and comes to an end with the longest texts that people could make up', () => {
    expect(findContactDetails('a@example.com or 0917 123 4567')).toEqual(['e-mail', 'phone']);
    for (const part of ['a.', '09 ', 'a@a.', '+63 ', '9-', 'a at ', '(', ' '])
      expect(findContactDetails(part.repeat(LIMITS.textLength / part.length))).toEqual([]);
  });
});
