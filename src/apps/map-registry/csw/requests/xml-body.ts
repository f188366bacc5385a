import { ParseOption, XmlDocument, type XmlElement, XmlError } from 'libxml2-wasm';
import { OgcError } from '../../../../map-kit/ogc-error.ts';
import { errorMessage } from '../../../../platform/error-message.ts';

const OPTION = ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NOCDATA;

/**
 * Reads XML, and passes its root on. Elements are nested at most 256 deep; nothing is loaded from elsewhere.
 *
 * @param read must not keep nodes: they are gone when it returns.
 * @throws {OgcError} `NoApplicableCode`, 400: it is no XML, nested too deep, or has a document type, where entities are declared.
 */
export function readXmlBody<Result>(bytes: Uint8Array, read: (root: XmlElement) => Result): Result {
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
