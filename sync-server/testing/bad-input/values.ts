import fc from 'fast-check';

import type { JsonSchema } from '../../http/docs/schemas.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What is really there, by the name of the field that would hold it, or by what it is: ids of one's own and of others. */
export type Pools = { byField: Record<string, readonly Json[]>; uuids: readonly string[]; emails: readonly string[] };

export type Shapes = { schemas: Record<string, JsonSchema>; pools: Pools };

/** Unlike anything that a shape asks for. Numbers beyond what is exact, texts that Postgres, JSON or a page trips over. */
const ODD_TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\uD800',
  'x\uDFFFy',
  '😀'.repeat(300),
  '\u202Etxt.exe',
  'ﷺ'.repeat(200),
  '../../../../etc/passwd',
  "'; DROP TABLE accounts; --",
  '%00',
  '%2500',
  '%c0%af',
  '${7*7}',
  '<script>alert(1)</script>',
  '\r\nSet-Cookie: a=b',
  '0',
  '-1',
  '1e309',
  '0x10',
  '9007199254740993',
  '99999999999999999999',
  '9999-99-99',
  '2026-02-30',
  '0000-00-00',
  '275760-09-13T00:00:00.000Z',
  '0001-01-01',
  '__proto__',
  'constructor',
  'toString',
  'null',
  '[object Object]',
  'a@b',
  `${'a'.repeat(300)}@example.com`,
  'trk_none',
  'x'.repeat(20_000),
];
const ODD_NUMBERS = [
  -1,
  0,
  -0.5,
  1.5,
  2 ** 31,
  2 ** 31 - 1,
  -(2 ** 31),
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 53),
  2 ** 63,
  1e21,
  1e300,
  5e-324,
];

const ownKey = (key: string, value: Json): Json => Object.defineProperty({}, key, { value, enumerable: true });
const nested = (depth: number, wrap: (inner: Json) => Json): Json => {
  let value: Json = 1;
  for (let left = depth; left > 0; left--) value = wrap(value);
  return value;
};

export const oddText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...ODD_TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
);

export const oddValue: fc.Arbitrary<Json> = fc.oneof(
  { weight: 5, arbitrary: oddText },
  { weight: 4, arbitrary: fc.constantFrom(...ODD_NUMBERS) },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Json>(
      null,
      true,
      false,
      [],
      {},
      [[]],
      [null],
      { length: 1 },
      ownKey('__proto__', { isAdmin: true }),
      ownKey('constructor', { prototype: { isAdmin: true } }),
      { toString: 1, valueOf: 1 },
      { length: { toString: 1 } },
      { length: 10, 0: 'a' },
      { toJSON: 1 },
      nested(200, (inner) => [inner]),
      nested(400, (inner) => ({ a: inner })),
      Array.from({ length: 1_000 }, () => 0),
    ),
  },
);

/** What a schema takes, mostly; the server may still refuse it. */
export function valueOf(schema: JsonSchema, shapes: Shapes, name = ''): fc.Arbitrary<Json> {
  const {
    $ref,
    enum: values,
    anyOf,
    oneOf,
    allOf,
  } = schema as { [key: string]: unknown } & {
    $ref?: string;
    enum?: Json[];
    anyOf?: JsonSchema[];
    oneOf?: JsonSchema[];
    allOf?: JsonSchema[];
  };
  if ($ref !== undefined) return valueOf(shapes.schemas[$ref.slice($ref.lastIndexOf('/') + 1)]!, shapes, name);
  if ('const' in schema) return fc.constant(schema['const'] as Json);
  if (values) return fc.constantFrom(...values);
  const choices = anyOf ?? oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => valueOf(choice, shapes, name)));
  if (allOf) return valueOf(allOf[0]!, shapes, name);
  const pool = shapes.pools.byField[name];
  const plain = plainOf(schema, shapes, name);
  return pool && pool.length > 0 && schema['type'] !== 'array'
    ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pool) }, { weight: 1, arbitrary: plain })
    : plain;
}

function plainOf(schema: JsonSchema, shapes: Shapes, name: string): fc.Arbitrary<Json> {
  const { minimum, maximum, minItems, maxItems } = schema as Record<string, number | undefined>;
  switch (schema['type']) {
    case 'object':
      return objectOf(schema, shapes);
    case 'array': {
      const least = minItems ?? 0;
      return fc.array(valueOf((schema['items'] ?? {}) as JsonSchema, shapes, name), {
        minLength: least,
        maxLength: Math.max(least, Math.min(maxItems ?? 4, 4)),
      });
    }
    case 'string':
      return textOf(schema, shapes);
    case 'integer':
    case 'number': {
      const low = Math.max(minimum ?? 0, Number.MIN_SAFE_INTEGER);
      const high = Math.max(low, Math.min(maximum ?? Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER));
      return fc.oneof(fc.integer({ min: low, max: Math.min(high, low + 40) }), fc.integer({ min: low, max: high }));
    }
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return oddValue;
  }
}

function objectOf(schema: JsonSchema, shapes: Shapes): fc.Arbitrary<Json> {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  const required = (schema['required'] ?? []) as string[];
  const model = Object.fromEntries(properties.map(([name, of]) => [name, valueOf(of, shapes, name)]));
  return fc.record(model, { requiredKeys: required.filter((name) => name in model) });
}

function textOf(schema: JsonSchema, { pools }: Shapes): fc.Arbitrary<string> {
  const {
    format,
    pattern,
    minLength = 0,
    maxLength = 60,
  } = schema as {
    format?: string;
    pattern?: string;
    minLength?: number;
    maxLength?: number;
  };
  if (pattern?.startsWith('^[0-9a-f]{8}-')) {
    return fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...pools.uuids) }, { weight: 1, arbitrary: fc.uuid() });
  }
  if (pattern?.includes('@')) return fc.oneof(fc.constantFrom(...pools.emails), fc.emailAddress());
  if (format === 'date') return fc.constantFrom('2026-12-01', '2020-02-29', '9999-12-31', '0001-01-01', '1582-10-10');
  if (format === 'date-time') return fc.constant('2026-12-01T08:00:00.000Z');
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)) });
}

/** Of a value, one that is a little or very different: by which place, and how. */
export type Mutation = { at: number; how: 'replace' | 'drop' | 'add' | 'repeat'; with: Json };

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(1_000),
  how: fc.constantFrom('replace', 'replace', 'drop', 'add', 'repeat'),
  with: oddValue,
});

export function mutated(value: Json, { at, how, with: odd }: Mutation): Json {
  const copy = structuredClone({ value });
  const places: { holder: Record<string, Json>; key: string }[] = [];
  const walk = (holder: Record<string, Json>): void => {
    for (const key of Object.keys(holder)) {
      if (places.length > 200) return;
      places.push({ holder, key });
      const inner = holder[key];
      if (typeof inner === 'object' && inner !== null) walk(inner as Record<string, Json>);
    }
  };
  walk(copy);
  const { holder, key } = places[at % places.length]!;
  const inner = holder[key];
  if (how === 'replace') holder[key] = odd;
  else if (how === 'drop') delete holder[key];
  else if (how === 'repeat') holder[key] = [inner ?? null, inner ?? null];
  else if (typeof inner === 'object' && inner !== null) (inner as Record<string, Json>)['extra'] = odd;
  return copy.value ?? null;
}

/** What a schema takes, most often with something wrong about it. */
export function wrongOf(schema: JsonSchema, shapes: Shapes): fc.Arbitrary<Json> {
  return fc
    .tuple(valueOf(schema, shapes), fc.oneof(fc.constant([]), fc.array(mutation, { minLength: 1, maxLength: 2 })))
    .map(([value, mutations]) => mutations.reduce(mutated, value));
}
