import type { SectionPart } from '../../src/platform/settings/section.ts';
import { text, wholeNumber } from '../../src/platform/settings/values.ts';
import { optionalVariable, requiredVariable, variable } from '../../src/platform/settings/variable.ts';

/** A part of the settings of a press, with variables of each kind. */
export const PRESS: SectionPart = {
  title: 'The press',
  introduction: 'What it prints, and *on what*. See [the guide](docs/guide.md#press).',
  variables: [
    variable('PRESS_COPIES', wholeNumber(1), {
      default: '1',
      meaning: 'Copies of one page; `9 | 10` are many.',
    }),
    requiredVariable('PRESS_KEY', text, { alias: 'KEY', expects: 'the key', meaning: 'Opens the door.' }),
    optionalVariable('PRESS_INK', text, {
      example: 'black',
      meaning: `The ink: ${'a long word '.repeat(12)}.`,
    }),
  ],
};
