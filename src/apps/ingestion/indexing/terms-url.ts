import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeValidator } from 'envalid';
import { refuse } from '../../../platform/settings/values.ts';

const SCHEMES = ['http:', 'https:', 'file:'];

/** A setting that says where a text is: an `http:`, `https:` or `file:` URL, or the absolute path of a file. Its value is a URL. */
export const termsUrl = makeValidator<string>((input) => {
  const value = input.trim();
  if (isAbsolute(value)) return pathToFileURL(value).href;
  const url = URL.parse(value);
  const isUsable = url && SCHEMES.includes(url.protocol) && url.username === '' && url.password === '';
  // A host in a file URL would be that of a share on Windows.
  if (isUsable && (url.protocol !== 'file:' || url.host === '')) return url.href;
  return refuse('an http:, https: or file: URL without credentials, or the absolute path of a file');
});
