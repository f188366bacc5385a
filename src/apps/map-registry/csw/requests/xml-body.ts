import { ParseOption, XmlDocument, type XmlElement, XmlError } from 'libxml2-wasm';
import { OgcError } from '../../../../map-kit/ogc-error.ts';
import { errorMessage } from '../../../../platform/error-message.ts';

const OPTION = ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NOCDATA;

/** Tags and attributes of one request: a transaction has at most a thousand records. */
const MOST = { tags: 100_000, attributes: 100_000 } as const;

/**
 * Reads XML, and passes its root on. Elements are nested at most 256 deep; nothing is loaded from elsewhere.
 *
 * @param read must not keep nodes: they are gone when it returns.
 * @throws {OgcError} `NoApplicableCode`, 400: it is no XML, too large or nested too deep, or has a document type, where entities are declared.
 */
export function readXmlBody<Result>(bytes: Uint8Array, read: (root: XmlElement) => Result): Result {
  checkSize(bytes);
  // Only in UTF-16 it would not be seen, and then after parsing.
  if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('<!DOCTYPE'))
    throw documentTypeError();
  const document = parse(bytes);
  try {
    if (document.dtd) throw documentTypeError();
    return read(document.root);
  } finally {
    document.dispose();
  }
}

/** Each tag and each attribute takes much more memory, and time, than it has bytes. */
function checkSize(bytes: Uint8Array): void {
  if (hasMore(bytes, '<', MOST.tags)) throw unreadable(`The request has more than ${MOST.tags} tags.`);
  if (hasMore(bytes, '=', MOST.attributes)) {
    throw unreadable(`The request has more than ${MOST.attributes} attributes.`);
  }
}

function hasMore(bytes: Uint8Array, character: string, most: number): boolean {
  const code = character.charCodeAt(0);
  let position = -1;
  for (let count = 0; count <= most; count += 1) {
    position = bytes.indexOf(code, position + 1);
    if (position < 0) return false;
  }
  return true;
}

function parse(bytes: Uint8Array): XmlDocument {
  try {
    return XmlDocument.fromBuffer(bytes, { option: OPTION });
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    const reason = errorMessage(error).trim().slice(0, 300);
    throw unreadable(`The request is no XML that can be read: ${reason}`, error);
  }
}

function documentTypeError(): OgcError {
  return unreadable('The request has a document type (<!DOCTYPE), which is not read.');
}

function unreadable(message: string, cause?: unknown): OgcError {
  return new OgcError('NoApplicableCode', message, { status: 400, cause });
}
