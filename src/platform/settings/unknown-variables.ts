import { closest, distance } from 'fastest-levenshtein';
import type { Section } from './section.ts';

/** How many letters two names may differ in for one to be taken for a slip of the other. */
const MOST_DIFFERENT_LETTERS = 3;

/**
 * Finds variables that look like settings and are none: their names start with the prefix of a section, and no section
 * has them. Returns a sentence for each.
 */
export function unknownVariables(
  environment: NodeJS.ProcessEnv,
  sections: readonly Section<unknown>[],
): readonly string[] {
  const variables = sections.flatMap((section) => section.variables);
  const known = variables.flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias]));
  const prefixes = sections.flatMap((section) => section.prefixes);
  return Object.keys(environment)
    .filter((name) => !known.includes(name) && prefixes.some((prefix) => name.startsWith(prefix)))
    .map((name) => `${name} is set, but there is no such setting.${suggestion(name, known)}`);
}

function suggestion(name: string, known: readonly string[]): string {
  const nearest = closest(name, known);
  return distance(name, nearest) <= MOST_DIFFERENT_LETTERS ? ` Did you mean ${nearest}?` : '';
}
