import { LONGEST } from '../harvest/text-limits.ts';

/** An address as it is stored, or why it cannot be, as a sentence. */
export type WebAddress = { readonly url: string } | { readonly fault: string };

/** Reads the address of a server: of the schemes `http` and `https`, in one spelling, without what follows a `#`. */
export function readWebAddress(text: string): WebAddress {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST.url) {
    return { fault: `The URL has ${trimmed.length} characters; it may have ${LONGEST.url}.` };
  }
  if (/\s/.test(trimmed)) return { fault: 'The URL has white space in it.' };
  const url = URL.parse(trimmed);
  if (!url || !/^https?:$/.test(url.protocol)) {
    return { fault: 'This is no URL that begins with http:// or https://.' };
  }
  if (url.username !== '' || url.password !== '') {
    return { fault: 'The URL has a user or a password in it, which everybody could read.' };
  }
  url.hash = '';
  // Letters beyond ASCII take more characters here.
  if (url.href.length > LONGEST.url) return { fault: `The URL may have ${LONGEST.url} characters.` };
  return { url: url.href };
}
