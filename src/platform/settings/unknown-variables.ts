import { closest, distance } from 'fastest-levenshtein';
import type { Section } from './section.ts';

/** How many letters may differ between two names for one to be taken for a misspelling of the other. */
const MOST_DIFFERENT_LETTERS = 2;

/** What Kubernetes adds to the environment for each service of a namespace: `WEB_SERVER_SERVICE_HOST`. */
const KUBERNETES_VARIABLE = /_SERVICE_(HOST|PORT\w*)$|_PORT(_\d+_(TCP|UDP|SCTP)\w*)?$/;

/**
 * Finds variables that look like settings, but are none: their names start with the prefix of a section, and no section
 * declares them. Returns a sentence for each.
 */
export function unknownVariables(
  environment: NodeJS.ProcessEnv,
  sections: readonly Section<unknown>[],
): readonly string[] {
  const known = sections
    .flatMap(({ variables }) => variables)
    .flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias]));
  const isKnown = new Set(known);
  const own = sections.flatMap(({ prefixes }) => prefixes);
  const shared = sections.flatMap(({ sharedPrefixes }) => sharedPrefixes);
  return Object.entries(environment).flatMap(([name, value]) => {
    if (!value?.trim() || isKnown.has(name) || KUBERNETES_VARIABLE.test(name)) return [];
    const hasOwnPrefix = startsWithOne(name, own);
    if (!hasOwnPrefix && !startsWithOne(name, shared)) return [];
    const meant = closest(name, known);
    if (distance(name, meant) <= MOST_DIFFERENT_LETTERS) {
      return [`${name} is set, but there is no such setting. Did you mean ${meant}?`];
    }
    return hasOwnPrefix ? [`${name} is set, but there is no such setting.`] : [];
  });
}

function startsWithOne(name: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => name.startsWith(prefix));
}
