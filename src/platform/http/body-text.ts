import { isUtf8 } from 'node:buffer';
import { MIMEType } from 'node:util';
import iconv from 'iconv-lite';
import { HttpError } from './http-error.ts';

/** The encodings that a body may be in, by the names that callers give them, in lower case and without `-` and `_`. */
const CHARSET = /^(utf(8|16|16le|16be|32|32le|32be)|(us)?ascii|iso88591|latin1|windows1252)$/;

const UNDECODABLE = '\uFFFD';

/**
 * Returns the charset that a `Content-Type` names; `utf-8` if it names none.
 *
 * @throws {HttpError} 415 for one that {@link decodeBody} does not know.
 */
export function charsetOf(contentType: string): string {
  const charset = parameterOf(contentType) ?? 'utf-8';
  if (!CHARSET.test(plain(charset)))
    throw new HttpError(415, `Unsupported charset "${charset}" in request; send the body in UTF-8.`);
  return charset;
}

/**
 * Returns the text of a body, without a byte order mark.
 *
 * @param charset as {@link charsetOf} returns it.
 * @throws {HttpError} 400 if the bytes are no text in that charset.
 */
export function decodeBody(bytes: Buffer, charset: string): string {
  const name = plain(charset);
  if (name === 'utf8' && !isUtf8(bytes)) throw undecodable(charset);
  const text = iconv.decode(bytes, name);
  // A text in UTF may have the character itself that the decoder puts in place of what it cannot read.
  if (!name.startsWith('utf') && text.includes(UNDECODABLE)) throw undecodable(charset);
  return text;
}

function undecodable(charset: string): HttpError {
  return new HttpError(400, `The body is not valid ${charset.toUpperCase()}.`);
}

function parameterOf(contentType: string): string | undefined {
  try {
    return new MIMEType(contentType).params.get('charset') ?? undefined;
  } catch {
    // The media type was looked at before: what is wrong is a parameter, and JSON has none of its own.
    return undefined;
  }
}

function plain(charset: string): string {
  return charset.toLowerCase().replace(/[-_]/g, '');
}
