import { isUtf8 } from 'node:buffer';
import { MIMEType, TextDecoder } from 'node:util';

/** Byte order marks, the longer ones first. */
const MARKS: readonly (readonly [readonly number[], string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/** The first `<` of a document in UTF-16 without a byte order mark. */
const WIDE_STARTS: readonly (readonly [readonly number[], string])[] = [
  [[0x3c, 0x00], 'utf-16le'],
  [[0x00, 0x3c], 'utf-16be'],
];

const DECLARED = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)["']/;
const DECLARATION_BYTES = 1_024;

/** What text is in that says UTF-8 and is not. */
const FALL_BACK = 'windows-1252';

/**
 * Returns the text of a body. The encoding is that of the byte order mark, else of the XML declaration, else of the
 * header, else UTF-8. What the bytes themselves contradict is passed over. What cannot be decoded becomes U+FFFD.
 *
 * @param contentType the header, where there was one.
 */
export function decodeText(body: Uint8Array, contentType: string | undefined): string {
  const marked = encodingOfStart(body, MARKS);
  if (marked?.startsWith('utf-16')) {
    const text = decode(body, marked);
    if (text?.includes('<')) return text;
    // The mark belongs to another encoding than the bytes behind it.
    return decodeNarrow(body.subarray(2), contentType);
  }
  if (marked) return decode(body, marked) ?? '';
  const wide = encodingOfStart(body, WIDE_STARTS);
  if (wide) return decode(body, wide) ?? '';
  return decodeNarrow(body, contentType);
}

/** Decodes what has one byte for each letter of ASCII. */
function decodeNarrow(body: Uint8Array, contentType: string | undefined): string {
  const start = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, DECLARATION_BYTES));
  const declared = DECLARED.exec(start.toString('latin1'))?.[1];
  for (const encoding of [declared, charsetOf(contentType)]) {
    // A declaration that can be read is not in UTF-16.
    if (encoding === undefined || /^\s*(utf-?8|(utf|ucs|iso-10646-ucs)-?(16|2|4|32))/i.test(encoding))
      continue;
    const text = decode(body, encoding);
    if (text !== undefined) return text;
  }
  return decode(body, isUtf8(body) ? 'utf-8' : FALL_BACK) ?? '';
}

/** Returns `undefined` for an encoding that is not known. */
function decode(body: Uint8Array, encoding: string): string | undefined {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding.trim());
  } catch {
    return undefined;
  }
  return decoder.decode(body);
}

function encodingOfStart(
  body: Uint8Array,
  starts: readonly (readonly [readonly number[], string])[],
): string | undefined {
  return starts.find(([bytes]) => bytes.every((byte, index) => body[index] === byte))?.[1];
}

function charsetOf(contentType: string | undefined): string | undefined {
  if (contentType === undefined) return undefined;
  try {
    return new MIMEType(contentType).params.get('charset') ?? undefined;
  } catch {
    return undefined;
  }
}
