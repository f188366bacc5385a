import { HEADER_WINDOW_BYTES, PDF_HEADER } from '../../pdf-header.ts';
import type { FileBlocks } from './file-blocks.ts';

/** Every whole PDF that nothing follows has its end mark within these last bytes. */
const END_WINDOW_BYTES = 4096;

const CHUNK_BYTES = 1024 * 1024;

/** What is looked for is shorter than this; so much of a chunk is looked at again with the next one. */
const OVERLAP_BYTES = 128;

/** The words of a PDF that tell its objects apart, and where a file ends. */
const OUTLINE_WORDS =
  /%%EOF|startxref|\/Encrypt\b|\/Type\s{0,9}\/Catalog\b|(?<!\d)(\d{1,10})\s{1,9}\d{1,5}\s{1,9}(obj|R)\b|\bendobj\b/g;

/** What the bytes of a PDF say of its objects, without the table that should list them. */
export interface FileOutline {
  /** Whether everything is there: the end mark, or else all objects that others refer to. */
  readonly isWhole: boolean;
  /** The number of the object that all others are found from; undefined if it is not found, or would not help. */
  readonly catalogNumber: number | undefined;
}

/** Where the header of a PDF is; undefined if the file has none. */
export function findHeader(file: FileBlocks): number | undefined {
  const window = textOf(file, 0, Math.min(file.sizeBytes, HEADER_WINDOW_BYTES));
  const position = window.indexOf(PDF_HEADER);
  return position === -1 ? undefined : position;
}

/** Whether the end of a PDF is there, at the end of the file. */
export function endsAsPdf(file: FileBlocks): boolean {
  const length = Math.min(file.sizeBytes, END_WINDOW_BYTES);
  const text = textOf(file, file.sizeBytes - length, length);
  const end = Math.max(text.lastIndexOf('%%EOF'), text.lastIndexOf('startxref'));
  // After the end of a part that was written first, more may follow, and be cut off.
  return end !== -1 && !/\d\s+obj\b/.test(text.slice(end));
}

/** Reads a whole file for its objects: it takes about a second for each 200 MB, so only for files that need it. */
export function readOutline(file: FileBlocks): FileOutline {
  const defined = new Set<number>();
  const referredTo = new Set<number>();
  let current = 0;
  let catalogNumber: number | undefined;
  let isEncrypted = false;
  let hasEnd = false;
  let isOpen = false;
  for (const [word, number, kind] of outlineWords(file)) {
    if (kind === 'obj') {
      current = Number(number);
      defined.add(current);
      hasEnd = false;
      isOpen = true;
    } else if (kind === 'R') referredTo.add(Number(number));
    else if (word === 'endobj') isOpen = false;
    else if (word === '/Encrypt') isEncrypted = true;
    else if (word.startsWith('/Type')) catalogNumber = current;
    else hasEnd = true;
  }
  return {
    isWhole:
      hasEnd ||
      (!isOpen && catalogNumber !== undefined && [...referredTo].every((number) => defined.has(number))),
    // Without its trailer an encrypted file lacks what its texts are decrypted with.
    catalogNumber: isEncrypted ? undefined : catalogNumber,
  };
}

/** The end that a PDF would have had, for one whose own cannot be read. */
export function trailerFor(catalogNumber: number): Buffer {
  return Buffer.from(`\ntrailer\n<< /Root ${catalogNumber} 0 R >>\nstartxref\n0\n%%EOF\n`);
}

/** Each word once, in order. */
function* outlineWords(file: FileBlocks): Generator<RegExpExecArray> {
  let doneUntil = 0;
  for (let position = 0; position < file.sizeBytes; position += CHUNK_BYTES) {
    const start = Math.max(0, position - OVERLAP_BYTES);
    const end = Math.min(file.sizeBytes, position + CHUNK_BYTES);
    const isLast = end === file.sizeBytes;
    for (const match of textOf(file, start, end - start).matchAll(OUTLINE_WORDS)) {
      const matchStart = start + match.index;
      const matchEnd = matchStart + match[0].length;
      // A word at the very end of a chunk may go on in the next one.
      if (matchStart < doneUntil || (matchEnd > end - OVERLAP_BYTES / 2 && !isLast)) continue;
      doneUntil = matchEnd;
      yield match;
    }
  }
}

/** As text of one byte for each character; empty where the file cannot be read. */
export function textOf(file: FileBlocks, position: number, length: number): string {
  const bytes = Buffer.alloc(length);
  file.read(position, bytes);
  return bytes.toString('latin1');
}
