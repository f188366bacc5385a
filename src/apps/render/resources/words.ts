/** A name of the protocol as people read it: `binary_cards` is Binary cards. */
export function inWords(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A value of an option as people read it. */
export function valueInWords(value: string | boolean): string {
  if (value === true) return 'Yes';
  if (value === false) return 'No';
  return value === 'bw' ? 'Black and white' : inWords(value);
}

const LANGUAGE_NAMES = new Intl.DisplayNames('en', { type: 'language' });

/** A language as people read it; the tag is one of BCP 47. */
export function languageInWords(tag: string): string {
  return LANGUAGE_NAMES.of(tag) ?? tag;
}
