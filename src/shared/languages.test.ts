import { expect, it } from 'vitest';

import { chooseLanguage, directionOf, formatTag } from './languages.ts';

it('[DESK-3] the system’s first language that there are words in is taken, unless one was chosen', () => {
  expect(chooseLanguage('system', ['de-DE', 'fil-PH', 'en-US'])).toBe('fil');
  expect(chooseLanguage('system', ['tl'])).toBe('fil');
  expect(chooseLanguage('system', ['ar-EG'])).toBe('ar');
  expect(chooseLanguage('system', ['de-DE'])).toBe('en');
  expect(chooseLanguage('fil', ['ar'])).toBe('fil');
  expect([directionOf('ar'), directionOf('fil')]).toEqual(['rtl', 'ltr']);
});

it('[DESK-3] dates and numbers follow the region, Arabic ones with Latin digits', () => {
  expect(formatTag('en', ['fil-PH', 'en-GB'])).toBe('en-GB');
  expect(formatTag('fil', ['tl-PH'])).toBe('fil-PH');
  expect(formatTag('fil', ['en-US'])).toBe('fil');
  expect((1234).toLocaleString(formatTag('ar', ['ar-EG']))).toMatch(/^1[^\d]?234$/u);
});
