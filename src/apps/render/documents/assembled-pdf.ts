import { createHash } from 'node:crypto';
import {
  type ObjectNumber,
  type ObjectPieces,
  type PdfPage,
  piecesOf,
  readTypstPdf,
  type TypstPdf,
} from './typst-pdf.ts';

/** A page of one of several PDFs, both from 0 on. */
export interface PlacedPage {
  readonly part: number;
  readonly page: number;
}

/**
 * Makes one PDF of pages of several ones that Typst has written, in any order; a page may be there many times. Every page
 * keeps its tags. A repeated page shares all but its tags, and so takes little room. Title, author, language and standard
 * are those of the first PDF.
 *
 * @throws {TypeError} if a PDF is not as Typst writes it.
 */
export function assemblePdf(parts: readonly Uint8Array[], order: readonly PlacedPage[]): Uint8Array {
  const file = new PdfFile();
  const read = parts.map((part) => openPart(readTypstPdf(part), file));
  const [first] = read;
  if (!first) throw new TypeError('There is no PDF');
  const common = {
    catalog: file.next(),
    information: file.next(),
    metadata: file.next(),
    pageTree: file.next(),
    tagTree: file.next(),
    documentTag: file.next(),
  };
  const pages: ObjectNumber[] = [];
  const topTags: ObjectNumber[] = [];
  const tagLists: string[] = [];
  for (const { part, page } of order) {
    const placed = placePage(file, read[part], page, { ...common, mark: pages.length });
    tagLists.push(`${pages.length} ${placed.tagsByMark} 0 R`);
    pages.push(placed.page);
    topTags.push(...placed.topTags);
  }
  const { pdf } = first;
  const numbers = new Map(
    (['catalog', 'information', 'metadata', 'pageTree', 'tagTree', 'documentTag'] as const).map((name) => [
      pdf[name],
      common[name],
    ]),
  );
  const digest = file.digest();
  const write = (name: keyof typeof common, changed: (object: string) => string = (object) => object) =>
    file.write(common[name], withNumbers(piecesOf(changed(pdf.objects.get(pdf[name]) ?? '')), numbers));
  write('catalog');
  write('information');
  write('metadata', (object) => describedAs(object, pages.length, digest));
  file.write(
    common.pageTree,
    `<<\n  /Type /Pages\n  /Count ${pages.length}\n  /Kids [${references(pages)}]\n>>\n`,
  );
  file.write(
    common.documentTag,
    `<<\n  /Type /StructElem\n  /S /Document\n  /P ${common.tagTree} 0 R\n  /K [${references(topTags)}]\n>>\n`,
  );
  const roles = /\/RoleMap <<[^>]*>>/.exec(pdf.objects.get(pdf.tagTree) ?? '')?.[0] ?? '';
  file.write(
    common.tagTree,
    `<<\n  /Type /StructTreeRoot\n  ${roles}\n  /K [${common.documentTag} 0 R]\n` +
      `  /ParentTree <<\n    /Nums [${tagLists.join(' ')}]\n  >>\n  /ParentTreeNextKey ${pages.length}\n>>\n`,
  );
  return file.close(common.catalog, common.information, digest);
}

/** A PDF whose shared objects are in the file already. */
interface OpenPart {
  readonly pdf: TypstPdf;
  readonly shared: ReadonlyMap<ObjectNumber, ObjectNumber>;
  readonly pieces: (number: ObjectNumber) => ObjectPieces;
}

/** Writes what pages share: contents, fonts, colours. */
function openPart(pdf: TypstPdf, file: PdfFile): OpenPart {
  const ofPages = pdf.pages.flatMap(({ page, tags, tagsByMark }) => [page, tagsByMark, ...tags]);
  const { catalog, information, metadata, pageTree, tagTree, documentTag } = pdf;
  const others = new Set([...ofPages, catalog, information, metadata, pageTree, tagTree, documentTag]);
  const shared = new Map(
    [...pdf.objects.keys()].filter((number) => !others.has(number)).map((number) => [number, file.next()]),
  );
  for (const [number, written] of shared)
    file.write(written, withNumbers(piecesOf(pdf.objects.get(number) ?? ''), shared));
  const known = new Map<ObjectNumber, ObjectPieces>();
  const pieces = (number: ObjectNumber) => {
    const found = known.get(number) ?? piecesOf(pdf.objects.get(number) ?? '');
    known.set(number, found);
    return found;
  };
  return { pdf, shared, pieces };
}

function placePage(
  file: PdfFile,
  part: OpenPart | undefined,
  pageIndex: number,
  { pageTree, documentTag, mark }: { pageTree: ObjectNumber; documentTag: ObjectNumber; mark: number },
): PdfPage {
  const page = part?.pdf.pages[pageIndex];
  if (!part || !page) throw new TypeError(`There is no page ${pageIndex}`);
  const own = new Map([page.page, page.tagsByMark, ...page.tags].map((number) => [number, file.next()]));
  own.set(part.pdf.pageTree, pageTree).set(part.pdf.documentTag, documentTag);
  const numberOf = (number: ObjectNumber) => own.get(number) ?? part.shared.get(number) ?? 0;
  const numbers = { get: numberOf };
  for (const number of [page.tagsByMark, ...page.tags])
    file.write(numberOf(number), withNumbers(part.pieces(number), numbers));
  file.write(
    numberOf(page.page),
    withNumbers(part.pieces(page.page), numbers).replace(/\/StructParents \d+/, `/StructParents ${mark}`),
  );
  return {
    page: numberOf(page.page),
    topTags: page.topTags.map(numberOf),
    tags: page.tags.map(numberOf),
    tagsByMark: numberOf(page.tagsByMark),
  };
}

function withNumbers(
  pieces: ObjectPieces,
  numbers: { get(number: ObjectNumber): ObjectNumber | undefined },
): string {
  return pieces
    .map((piece) => (typeof piece === 'number' ? `${numbers.get(piece) ?? 0} 0 R` : piece))
    .join('');
}

function references(numbers: readonly ObjectNumber[]): string {
  return numbers.map((number) => `${number} 0 R`).join(' ');
}

/** The metadata of the whole: how many pages it has, and which file it is. */
function describedAs(metadata: string, pageCount: number, digest: string): string {
  const begin = metadata.indexOf('stream\n') + 'stream\n'.length;
  const xml = metadata
    .slice(begin, metadata.lastIndexOf('\nendstream'))
    .replace(/(<xmpTPg:NPages>)\d+/, `$1${pageCount}`)
    .replace(/(<xmpMM:InstanceID>)[^<]*/, `$1${digest}`);
  const head = metadata.slice(0, begin).replace(/\/Length \d+/, `/Length ${xml.length}`);
  return `${head}${xml}\nendstream\n`;
}

/** A PDF in the making. */
class PdfFile {
  readonly #chunks: string[] = ['%PDF-1.7\n%\u0080\u0080\u0080\u0080\n\n'];
  readonly #offsets: number[] = [];
  #length = this.#chunks[0]?.length ?? 0;

  /** The number of an object that is not written yet. */
  next(): ObjectNumber {
    return this.#offsets.push(0);
  }

  write(number: ObjectNumber, object: string): void {
    this.#offsets[number - 1] = this.#length;
    this.#append(`${number} 0 obj\n${object}endobj\n`);
  }

  /** Base64 of a digest of what is written so far. */
  digest(): string {
    const hash = createHash('sha256');
    for (const chunk of this.#chunks) hash.update(chunk, 'latin1');
    return hash.digest().subarray(0, 16).toString('base64');
  }

  close(catalog: ObjectNumber, information: ObjectNumber, digest: string): Uint8Array {
    const table = this.#length;
    const entries = this.#offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n\r\n`);
    this.#append(`xref\n0 ${entries.length + 1}\n0000000000 65535 f\r\n${entries.join('')}`);
    this.#append(
      `trailer\n<<\n  /Size ${entries.length + 1}\n  /Root ${catalog} 0 R\n  /Info ${information} 0 R\n` +
        `  /ID [(${digest}) (${digest})]\n>>\nstartxref\n${table}\n%%EOF`,
    );
    const pdf = Buffer.allocUnsafe(this.#length);
    let end = 0;
    for (const chunk of this.#chunks) end += pdf.write(chunk, end, 'latin1');
    return pdf;
  }

  #append(chunk: string): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }
}
