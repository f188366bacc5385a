import type { JsonValue } from '../../../platform/json-value.ts';

/** A value that an option may have. */
export type OptionValue = string | boolean;

/** The options of a generator: the values that each may have. The first one is what the form begins with. */
export type OptionsSchema = Readonly<Record<string, readonly OptionValue[]>>;

/** What the options of a schema are set to. */
export type OptionsOf<Schema extends OptionsSchema> = {
  readonly [Name in keyof Schema]: Schema[Name][number];
};

/** Returns a sentence for each option that is missing, unknown, or has a value that its list does not have. */
export function faultsOfOptions(schema: OptionsSchema, given: Readonly<Record<string, JsonValue>>): string[] {
  const unknown = Object.keys(given)
    .filter((name) => !Object.hasOwn(schema, name))
    .map((name) => `Unknown option ${quoted(name)}.`);
  const wrong = Object.entries(schema).flatMap(([name, allowed]) => {
    const values = `Allowed values: ${allowed.map((value) => JSON.stringify(value)).join(', ')}.`;
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined || value === null) return [`Option "${name}" is missing. ${values}`];
    if (allowed.some((one) => one === value)) return [];
    return [`Option "${name}" cannot be ${quoted(value)}. ${values}`];
  });
  return [...unknown, ...wrong];
}

/** Whether these are values of the schema's options, all of them, and nothing else. */
export function areOptionsOf<Schema extends OptionsSchema>(
  schema: Schema,
  given: Readonly<Record<string, JsonValue>>,
): given is OptionsOf<Schema> & Readonly<Record<string, JsonValue>> {
  return faultsOfOptions(schema, given).length === 0;
}

/** The first value of each option. */
export function firstOptions(schema: OptionsSchema): Readonly<Record<string, OptionValue>> {
  return Object.fromEntries(
    Object.entries(schema).flatMap(([name, [first]]) => (first === undefined ? [] : [[name, first]])),
  );
}

/** Error messages end up in logs and results: a value of any length must not, and one of any depth cannot be written. */
const QUOTED_CHARACTERS = 80;

function quoted(value: JsonValue): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = JSON.stringify(value);
  return text.length > QUOTED_CHARACTERS ? `${text.slice(0, QUOTED_CHARACTERS)}…` : text;
}
