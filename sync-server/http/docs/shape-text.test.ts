import { expect, it } from 'vitest';

import { shapeText } from './shape-text.ts';

it('[SERVER-3] a shape is told in short: what may be left out, what may be null, bounds and choices', () => {
  const text = shapeText({
    type: 'object',
    required: ['id', 'place'],
    properties: {
      id: { type: 'string', format: 'uuid' },
      place: { type: ['string', 'null'], maxLength: 255 },
      by: { anyOf: [{ $ref: '#/components/schemas/Person' }, { type: 'null' }] },
      labels: { type: 'array', items: { enum: ['a', 'b'] }, maxItems: 20 },
    },
  });
  expect(text).toBe(`{
  id: uuid
  place: string(..255) | null
  by?: Person | null
  labels?: ["a" | "b"](..20)
}`);
});
