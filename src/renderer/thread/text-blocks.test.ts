import { describe, expect, it } from 'vitest';

import { clientOf } from '../testing/fake-data.ts';
import { textBlocks, type Block, type Inline } from './text-blocks.ts';

/** As one would read it, with the marks that were found. */
function said(inline: readonly Inline[]): string {
  return inline
    .map((part) => {
      if (part.kind === 'code') return `<c>${part.text}</c>`;
      if (part.kind === 'link') return `<a ${part.url}>${part.text}</a>`;
      if (part.kind === 'mention') return `<m>${part.text}</m>`;
      if (part.kind === 'text') return part.text;
      return `<${part.kind}>${said(part.children)}</${part.kind}>`;
    })
    .join('');
}
const blocks = (text: string): string[] =>
  textBlocks(text, [clientOf(0)]).map((block: Block) =>
    block.kind === 'code'
      ? `CODE ${block.text}`
      : block.kind === 'list'
        ? block.items.map((item) => `${item.marker} ${said(item.inline)}`).join(' | ')
        : said(block.inline),
  );

describe('marks in a text', () => {
  it.each([
    [
      '**bold** and *it* and _it_ and ~~gone~~',
      '<strong>bold</strong> and <em>it</em> and <em>it</em> and <strike>gone</strike>',
    ],
    ['run `npm *x*` now', 'run <c>npm *x*</c> now'],
    [
      '**see `x` at https://a.example/b_c_d**',
      '<strong>see <c>x</c> at <a https://a.example/b_c_d>https://a.example/b_c_d</a></strong>',
    ],
    ['*Hi @Maria Cruz*', '<em>Hi <m>@Maria Cruz</m></em>'],
    ['(**a _b_ c**)', '(<strong>a <em>b</em> c</strong>)'],
  ])('[THREAD-1] are shown: %s', (text, wanted) => expect(blocks(text)).toEqual([wanted]));

  it.each([
    '2*3*4 = 24',
    'snake_case_name',
    '5 * 3 * 2',
    '**open',
    '`open',
    '# not a heading',
    '<b>not html</b>',
    '![no](picture.png)',
    'a ** b ** c',
    'private \ue000 letters \ue001*',
    '```not closed\ncode',
    '-5 degrees',
    '3.5 m',
  ])('[THREAD-1] are not seen where there are none: %s', (text) => expect(blocks(text)).toEqual([text]));

  it('[THREAD-1] lists keep their numbers, code its letters, and the lines around them their place', () => {
    expect(blocks('Bring:\n- the **valve**\n- tape\n\nThen\n3. this\n4) that\n```sh\nls *\n```\nok')).toEqual([
      'Bring:',
      '• the <strong>valve</strong> | • tape',
      '\nThen',
      '3. this | 4) that',
      'CODE ls *',
      'ok',
    ]);
  });

  it('[THREAD-1] each part has a place of its own, for whatever is thrown at it', () => {
    const text = 'a **b** `c` *d* @Maria Cruz\n- x **y**\n- x\n```\nz\n```\nhttps://a.example';
    const places: number[] = [];
    const walk = (part: Inline): void => {
      places.push(part.at);
      if ('children' in part) for (const child of part.children) if ('children' in child) walk(child);
    };
    for (const block of textBlocks(text, [clientOf(0)])) {
      if (block.kind === 'text') block.inline.forEach(walk);
      if (block.kind === 'list') for (const item of block.items) item.inline.forEach(walk);
    }
    expect(new Set(places).size).toBe(places.length);
  });

  it('[THREAD-1] 8,000 characters of marks that never close are read without going over them again and again', () => {
    for (const part of ['**a ', '`a ', '*a ', '~~a ', '- a\n', '```\n', '@Maria Cruz', '0917 ', 'https://a.example ']) {
      const text = part.repeat(Math.floor(8_000 / part.length));
      expect(textBlocks(text, [clientOf(0)]).length).toBeGreaterThan(0);
    }
  });
});
