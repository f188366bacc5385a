import { PRODUCT_NAME } from '../../platform/product.ts';
/** Whose password it is going to be. */
export interface PasswordOwner {
  readonly username: string;
  readonly email: string;
}

/** Characters that a password has at least. */
export const MINIMUM_PASSWORD_LENGTH = 12;

/** More is no safer, and hashing it would only cost time. */
export const MAXIMUM_PASSWORD_LENGTH = 1_024;

/** Characters that are looked at for words and patterns; what comes after them can only make it stronger. */
const EXAMINED_LENGTH = 256;

/** zxcvbn's third of five steps: under 10^8 guesses are too few. */
const LOWEST_SCORE = 3;

/**
 * Returns what makes a password too weak, as a sentence for the person who types it; `undefined` if it is strong
 * enough. It has to be long, must be neither the username nor the e-mail address, and must not be easy to guess with
 * the list of the 49,000 most common passwords, their variations, the keyboard's patterns, and the owner's name.
 */
export async function passwordWeakness(password: string, owner: PasswordOwner): Promise<string | undefined> {
  if (password.length < MINIMUM_PASSWORD_LENGTH) {
    return `This password is too short. It needs at least ${MINIMUM_PASSWORD_LENGTH} characters; four words will do.`;
  }
  if (password.length > MAXIMUM_PASSWORD_LENGTH) {
    return `This password is too long. It may have ${MAXIMUM_PASSWORD_LENGTH} characters.`;
  }
  const username = owner.username.trim().toLowerCase();
  const email = owner.email.trim().toLowerCase();
  if ([username, email].includes(password.trim().toLowerCase())) {
    return 'This password is the username or the e-mail address.';
  }
  guessing ??= loadGuessing();
  const { check } = await guessing;
  const { score } = check(password.slice(0, EXAMINED_LENGTH), [
    username,
    ...email.split('@'),
    email,
    PRODUCT_NAME.toLowerCase(),
  ]);
  if (score >= LOWEST_SCORE) return undefined;
  return 'This password is too easy to guess: it is a common password, a variation of one, or a pattern. Use some unrelated words.';
}

interface Guessing {
  readonly check: (password: string, knownWords: string[]) => { readonly score: number };
}

/** The list takes some 25 MB, so it is loaded by processes in which somebody chooses a password. */
let guessing: Promise<Guessing> | undefined;

async function loadGuessing(): Promise<Guessing> {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  const factory = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  return { check: (password, knownWords) => factory.check(password, knownWords) };
}
