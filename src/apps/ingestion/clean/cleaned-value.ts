import type { CleaningRule } from '../models/model.ts';
import { keptTags, type TagRules } from './tag-rules.ts';
import { withScheme } from './url-rules.ts';

/** The types of columns that each rule is for. */
const TYPES: Readonly<Record<CleaningRule, readonly string[]>> = {
  tags: ['jsonb'],
  url: ['text', 'character varying'],
};

/** A column has a rule that is not for its type. */
export class CleaningTypeError extends Error {
  override readonly name = 'CleaningTypeError';
}

/**
 * Returns an expression for what a rule makes of a value.
 *
 * @param value an expression of the type of the live table's column.
 * @throws {CleaningTypeError}
 */
export function cleanedValue(rule: CleaningRule, value: string, type: string, tagRules: TagRules): string {
  if (!TYPES[rule].includes(type)) {
    throw new CleaningTypeError(
      `The rule "${rule}" is for values of the type ${TYPES[rule].join(' or ')}, and not ${type}`,
    );
  }
  return rule === 'tags' ? keptTags(value, tagRules) : withScheme(value);
}
