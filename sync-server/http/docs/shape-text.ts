import type { JsonSchema } from './schemas.ts';

/** A JSON Schema in short, as people write down a shape: `{id: string, name?: string | null}`. */
export function shapeText(schema: JsonSchema, indent = ''): string {
  const reference = schema['$ref'];
  if (typeof reference === 'string') return reference.slice(reference.lastIndexOf('/') + 1);
  if ('const' in schema) return JSON.stringify(schema['const']);
  const values = schema['enum'] as unknown[] | undefined;
  if (values) return values.map((value) => JSON.stringify(value)).join(' | ');
  const choices = (schema['anyOf'] ?? schema['oneOf']) as JsonSchema[] | undefined;
  if (choices) return choices.map((choice) => shapeText(choice, indent)).join(' | ');
  const all = schema['allOf'] as JsonSchema[] | undefined;
  if (all) return all.map((one) => shapeText(one, indent)).join(' & ');
  const { type } = schema;
  if (Array.isArray(type)) return type.map((one: unknown) => shapeText({ ...schema, type: one }, indent)).join(' | ');
  switch (type) {
    case 'object':
      return objectText(schema, indent);
    case 'array':
      return `[${shapeText((schema['items'] ?? {}) as JsonSchema, indent)}]${boundsText(schema, 'minItems', 'maxItems')}`;
    case 'string':
      return `${wordOf(schema)}${boundsText(schema, 'minLength', 'maxLength')}`;
    case 'integer':
    case 'number':
      return `${type}${boundsText(schema, 'minimum', 'maximum')}`;
    default:
      return typeof type === 'string' ? type : 'any';
  }
}

function objectText(schema: JsonSchema, indent: string): string {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  if (properties.length === 0) return '{}';
  const required = new Set(schema['required'] as string[] | undefined);
  const inner = `${indent}  `;
  const lines = properties.map(([name, of]) => {
    const about = typeof of['description'] === 'string' ? `  // ${of['description']}` : '';
    return `${inner}${name}${required.has(name) ? '' : '?'}: ${shapeText(of, inner)}${about}\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

/** What a text is, where that has a name. */
function wordOf({ format, pattern }: JsonSchema): string {
  if (typeof format === 'string') return format;
  return typeof pattern === 'string' && pattern.startsWith('^[0-9a-f]{8}-') ? 'uuid' : 'string';
}

function boundsText(schema: JsonSchema, least: string, most: string): string {
  const [low, high] = [schema[least], schema[most]];
  if (isNoBound(low) && isNoBound(high)) return '';
  return `(${isNoBound(low) ? '' : String(low)}..${isNoBound(high) ? '' : String(high)})`;
}

function isNoBound(bound: unknown): boolean {
  return bound === undefined || Math.abs(Number(bound)) === Number.MAX_SAFE_INTEGER;
}
