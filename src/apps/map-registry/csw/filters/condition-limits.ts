import { OgcError } from '../../../../map-kit/ogc-error.ts';

/** Conditions that one filter may have; people's have ten. */
const MOST_CONDITIONS = 500;

/** How deep they may be nested. */
const MOST_LEVELS = 50;

/** Characters of one value that is compared. */
const LONGEST_VALUE = 2_000;

/** Counts the conditions of a filter while it is read. */
export class ConditionLimits {
  #conditions = 0;
  #level = 0;

  /**
   * Reads one condition, with those in it.
   *
   * @throws {OgcError} there are too many of them, or they are nested too deep.
   */
  nested<Result>(read: () => Result): Result {
    this.#conditions += 1;
    this.#level += 1;
    if (this.#conditions > MOST_CONDITIONS) {
      throw refused(`The filter has more than ${MOST_CONDITIONS} conditions.`);
    }
    if (this.#level > MOST_LEVELS) throw refused(`The filter is nested more than ${MOST_LEVELS} deep.`);
    const result = read();
    this.#level -= 1;
    return result;
  }
}

/** Returns the value as it is compared. @throws {OgcError} it is too long. */
export function limitedValue(value: string): string {
  if (value.length <= LONGEST_VALUE) return value;
  throw refused(`A value of the filter has more than ${LONGEST_VALUE} characters.`);
}

/** A filter that is not used. */
export function refused(message: string): OgcError {
  return new OgcError('InvalidParameterValue', message, { locator: 'constraint' });
}
