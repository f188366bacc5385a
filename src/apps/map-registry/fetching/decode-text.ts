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

/** Bytes of a body that are decoded at a time. */
const PART_BYTES = 65_536;

/**
 * Returns the text of a body. The encoding is that of the byte order mark, else of the XML declaration, else of the
 * header, else UTF-8. What the bytes themselves contradict is passed over. What cannot be decoded becomes U+FFFD.
 *
 * @param contentType the header, where there was one.
 */
export function decodeText(body: Uint8Array, contentType: string | undefined): string {
  const { decoder, content } = openText(body, contentType);
  return decoder.decode(content);
}

/** Returns the text of a body likewise, in parts: it is never in memory as a whole. */
export function* decodeParts(body: Uint8Array, contentType: string | undefined): Generator<string> {
  const { decoder, content } = openText(body, contentType);
  for (let start = 0; start < content.byteLength; start += PART_BYTES) {
    yield decoder.decode(content.subarray(start, start + PART_BYTES), { stream: true });
  }
  yield decoder.decode();
}

/** A text, and what decodes it. */
interface OpenedText {
  readonly decoder: TextDecoder;
  readonly content: Uint8Array;
}

function openText(body: Uint8Array, contentType: string | undefined): OpenedText {
  const marked = encodingOfStart(body, MARKS);
  if (marked?.startsWith('utf-16')) {
    const start = new TextDecoder(marked).decode(body.subarray(0, PART_BYTES));
    if (start.includes('<')) return { decoder: new TextDecoder(marked), content: body };
    // The mark belongs to another encoding than the bytes behind it.
    return openNarrow(body.subarray(2), contentType);
  }
  const encoding = marked ?? encodingOfStart(body, WIDE_STARTS);
  return encoding === undefined
    ? openNarrow(body, contentType)
    : { decoder: new TextDecoder(encoding), content: body };
}

/** Opens what has one byte for each letter of ASCII. */
function openNarrow(content: Uint8Array, contentType: string | undefined): OpenedText {
  const start = Buffer.from(
    content.buffer,
    content.byteOffset,
    Math.min(content.byteLength, DECLARATION_BYTES),
  );
  const declared = DECLARED.exec(start.toString('latin1'))?.[1];
  for (const encoding of [declared, charsetOf(contentType)]) {
    // A declaration that can be read is not in UTF-16.
    if (encoding === undefined || /^\s*(utf-?8|(utf|ucs|iso-10646-ucs)-?(16|2|4|32))/i.test(encoding))
      continue;
    const decoder = decoderOf(encoding);
    if (decoder) return { decoder, content };
  }
  return { decoder: new TextDecoder(isUtf8(content) ? 'utf-8' : FALL_BACK), content };
}

/** Returns `undefined` for an encoding that is not known. */
function decoderOf(encoding: string): TextDecoder | undefined {
  try {
    return new TextDecoder(encoding.trim());
  } catch {
    return undefined;
  }
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
