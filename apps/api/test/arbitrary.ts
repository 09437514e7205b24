/** Values that fit a JSON Schema, and values that nearly do. */
import fc, { type Arbitrary } from 'fast-check';
import { z } from 'zod';

type Schema = z.core.JSONSchema.JSONSchema;

/** @param known strings that exist on the server, tried wherever they fit */
export function arbitraryOf(schema: z.ZodType, known: readonly string[]): Arbitrary<unknown> {
  return valueOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), known);
}

/** Not what was asked for, in whole or in one place. */
export const nearly = (valid: Arbitrary<unknown>): Arbitrary<unknown> =>
  fc.oneof(
    fc.jsonValue(),
    fc.tuple(valid, fc.nat(), fc.oneof(fc.jsonValue(), nasty)).map(replaced),
    fc
      .tuple(valid, fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor')), nasty)
      .map(added),
  );

/** What databases, file systems, numbers and terminals take amiss. */
const nasty: Arbitrary<unknown> = fc.constantFrom<unknown>(
  '',
  '\0',
  '\ud800',
  '../../etc/passwd',
  '%2e%2e%2f',
  "'; drop table tracks; --",
  '\r\nset-cookie: a=b',
  '<script>alert(1)</script>',
  '\u202e',
  'a'.repeat(20_000),
  '\x1b[2J',
  'http://127.0.0.1:1/',
  -1,
  0.5,
  1e308,
  Number.MAX_SAFE_INTEGER + 1,
  -0,
  null,
  true,
  [],
  {},
  [[[[[[]]]]]],
);

function replaced([value, at, other]: [unknown, number, unknown]): unknown {
  if (typeof value !== 'object' || value === null) return other;
  const keys = Object.keys(value);
  const key = keys[at % Math.max(1, keys.length)] ?? 'id';
  return Array.isArray(value)
    ? value.with(at % Math.max(1, value.length), other)
    : { ...value, [key]: other };
}

const added = ([value, key, other]: [unknown, string, unknown]): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.defineProperty({ ...value }, key, { value: other, enumerable: true })
    : [value, other];

function valueOf(schema: Schema, known: readonly string[]): Arbitrary<unknown> {
  const of = (inner: unknown) => valueOf(inner as Schema, known);
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...(schema.enum as unknown[]));
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(of));
  switch (schema.type) {
    case 'string':
      return text(schema, known);
    case 'integer':
      return fc.integer({
        min: schema.minimum ?? -(2 ** 31),
        max: Math.min(schema.maximum ?? 2 ** 31 - 1, 2 ** 31 - 1),
      });
    case 'number':
      return fc.double({
        min: schema.minimum ?? -1e9,
        max: schema.maximum ?? 1e9,
        noNaN: true,
      });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(of(schema.items), { minLength: schema.minItems ?? 0, maxLength: 6 });
    case 'object': {
      const properties = Object.entries(schema.properties ?? {});
      const model = Object.fromEntries(properties.map(([name, inner]) => [name, of(inner)]));
      return fc.record(model, { requiredKeys: schema.required ?? [] });
    }
    default:
      return fc.jsonValue();
  }
}

function text(schema: Schema, known: readonly string[]): Arbitrary<string> {
  const { pattern, minLength = 0, maxLength = 50 } = schema;
  const fits = known
    .filter(({ length }) => length >= minLength && length <= maxLength)
    .filter((value) => pattern === undefined || new RegExp(pattern).test(value));
  const made =
    pattern === undefined
      ? fc.string({ unit: 'binary', minLength, maxLength: Math.min(maxLength, 50) })
      : fc.stringMatching(new RegExp(pattern));
  return fits.length === 0 ? made : fc.oneof(made, fc.constantFrom(...fits));
}
