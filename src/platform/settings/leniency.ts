import type { ValidatorSpec } from 'envalid';

/** How a value is read that is accepted although it is not written as it should be. */
export interface LenientReading {
  /** What the validator gets in its place. */
  readonly text: string;
  /** What follows the variable's name in a warning; it does not show the value of a secret. */
  readonly warning: string;
}

/** Returns how a value is read that would otherwise be refused; `undefined` for any other. */
export type Leniency = (input: string) => LenientReading | undefined;

/** A validator that may know values that are accepted with a warning. */
export type LenientValidator<Value> = ValidatorSpec<Value> & { readonly leniency?: Leniency };

/** Makes a validator. */
type Kind<Value, Validator = ValidatorSpec<Value>> = (spec?: { readonly desc: string }) => Validator;

/** Makes a kind of values accept what the deployed service accepted, with a warning at start. */
export function accepting<Value>(
  kind: Kind<Value>,
  leniency: Leniency,
): Kind<Value, LenientValidator<Value>> {
  return (spec) => {
    const validator = kind(spec);
    return {
      ...validator,
      leniency,
      _parse: (input) => validator._parse(leniency(input)?.text ?? input),
    };
  };
}

/** Accepts words in any case that stand for others. */
export function spellings(words: Readonly<Record<string, string>>): Leniency {
  return (input) => {
    const word = input.trim().toLowerCase();
    const text = Object.hasOwn(words, word) ? words[word] : undefined;
    return text === undefined
      ? undefined
      : { text, warning: `is "${word}", which is read as ${text}: write ${text}` };
  };
}
