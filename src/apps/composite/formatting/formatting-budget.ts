/** Replacement fields that one submission may have: three for each of the smallest members that fit into a body. */
const MOST_FIELDS = 200_000;

/** Characters that the format strings of one submission may make for its first pages. */
export const MOST_CHARACTERS = 16 * 1024 * 1024;

/** The format strings of a submission are more work than one process should do while others wait for it. */
export class FormattingBudgetError extends Error {
  override readonly name = 'FormattingBudgetError';
}

/** Counts the work that the format strings of one submission are, so that it ends within about half a second. */
export class FormattingBudget {
  #fields = MOST_FIELDS;
  #characters = MOST_CHARACTERS;

  /**
   * Counts the fields of a format string before it is parsed.
   *
   * @throws {FormattingBudgetError}
   */
  parse(template: string): void {
    for (let brace = template.indexOf('{'); brace >= 0; brace = template.indexOf('{', brace + 1)) {
      this.#fields -= 1;
      if (this.#fields < 0)
        throw new FormattingBudgetError(
          `the format strings have more than ${MOST_FIELDS} fields; submit the members in smaller collections`,
        );
    }
  }

  /**
   * Counts the text that a format string made.
   *
   * @throws {FormattingBudgetError}
   */
  format(text: string): void {
    this.#characters -= text.length;
    if (this.#characters < 0)
      throw new FormattingBudgetError(
        `the format strings make more than ${MOST_CHARACTERS} characters; submit the members in smaller collections`,
      );
  }
}
