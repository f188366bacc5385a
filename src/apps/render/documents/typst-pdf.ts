/** The number of an object in its file. */
export type ObjectNumber = number;

/** Text of an object, and the numbers of other objects where it refers to them. */
export type ObjectPieces = readonly (string | ObjectNumber)[];

/** A page, and what describes it to readers who cannot see it. */
export interface PdfPage {
  readonly page: ObjectNumber;
  /** The tags of the page that lie below the tag of the whole document, in the order of reading. */
  readonly topTags: readonly ObjectNumber[];
  /** All tags of the page. */
  readonly tags: readonly ObjectNumber[];
  /** The list of the page's tags by the marks in its content. */
  readonly tagsByMark: ObjectNumber;
}

/** The objects of a PDF that Typst has written. */
export interface TypstPdf {
  readonly objects: ReadonlyMap<ObjectNumber, string>;
  readonly pages: readonly PdfPage[];
  /** What all pages share. */
  readonly catalog: ObjectNumber;
  readonly information: ObjectNumber;
  readonly metadata: ObjectNumber;
  readonly pageTree: ObjectNumber;
  readonly tagTree: ObjectNumber;
  readonly documentTag: ObjectNumber;
}

/**
 * Reads the objects of a tagged PDF that Typst has written. It is no reader for PDFs of others: Typst writes one table of
 * offsets, no compressed objects, a flat tree of pages, and tags that lie on one page each.
 *
 * @throws {TypeError} if something is not as Typst writes it.
 */
export function readTypstPdf(pdf: Uint8Array): TypstPdf {
  const text = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength).toString('latin1');
  const objects = readObjects(text);
  const trailer = text.slice(text.lastIndexOf('trailer'));
  const catalog = referenceIn(trailer, 'Root');
  const catalogText = objectIn(objects, catalog);
  const pageTree = referenceIn(catalogText, 'Pages');
  const tagTree = referenceIn(catalogText, 'StructTreeRoot');
  const documentTag = referenceIn(objectIn(objects, tagTree), 'K \\[');
  return {
    objects,
    pages: readPages(objects, { pageTree, tagTree, documentTag }),
    catalog,
    information: referenceIn(trailer, 'Info'),
    metadata: referenceIn(catalogText, 'Metadata'),
    pageTree,
    tagTree,
    documentTag,
  };
}

/** Splits an object at its references. What is in a text, or in a stream, is none. */
export function piecesOf(object: string): ObjectPieces {
  const end = headLength(object);
  const pieces: (string | ObjectNumber)[] = [];
  let depth = 0;
  let begin = 0;
  for (const match of object.slice(0, end).matchAll(/\\[\s\S]|[()]|\b(\d+) 0 R\b/g)) {
    const [found, number] = match;
    if (found === '(') depth += 1;
    else if (found === ')') depth -= 1;
    else if (number !== undefined && depth === 0) {
      pieces.push(object.slice(begin, match.index), Number(number));
      begin = match.index + found.length;
    }
  }
  pieces.push(object.slice(begin));
  return pieces;
}

function readObjects(text: string): Map<ObjectNumber, string> {
  const table = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text.slice(-64))?.[1]);
  const offsets = Array.from(
    text.slice(table, text.lastIndexOf('trailer')).matchAll(/^(\d{10}) \d{5} n/gm),
    ([, offset], index) => ({ number: index + 1, offset: Number(offset) }),
  ).sort((left, right) => left.offset - right.offset);
  return new Map(
    offsets.map(({ number, offset }, index) => {
      const object = text.slice(offset, offsets[index + 1]?.offset ?? table);
      const begin = `${number} 0 obj\n`;
      if (!object.startsWith(begin)) throw new TypeError(`The object ${number} is not where it should be`);
      return [number, object.slice(begin.length, object.lastIndexOf('endobj'))];
    }),
  );
}

function readPages(
  objects: ReadonlyMap<ObjectNumber, string>,
  { pageTree, tagTree, documentTag }: Pick<TypstPdf, 'pageTree' | 'tagTree' | 'documentTag'>,
): PdfPage[] {
  const tagsByPage = new Map<ObjectNumber, { topTags: ObjectNumber[]; tags: ObjectNumber[] }>();
  for (const topTag of referencesIn(/\/K \[([^\]]*)\]/.exec(objectIn(objects, documentTag))?.[1] ?? '')) {
    const tags = tagsBelow(objects, topTag, documentTag);
    const page = tags
      .map((tag) => /\/Pg (\d+) 0 R/.exec(objectIn(objects, tag))?.[1])
      .find((number) => number !== undefined);
    const known = tagsByPage.get(Number(page)) ?? { topTags: [], tags: [] };
    tagsByPage.set(Number(page), known);
    known.topTags.push(topTag);
    known.tags.push(...tags);
  }
  const lists = new Map(
    Array.from(
      (/\/Nums \[([^\]]*)\]/.exec(objectIn(objects, tagTree))?.[1] ?? '').matchAll(/(\d+) (\d+) 0 R/g),
      ([, mark, list]) => [Number(mark), Number(list)],
    ),
  );
  return referencesIn(/\/Kids \[([^\]]*)\]/.exec(objectIn(objects, pageTree))?.[1] ?? '').map((page) => {
    const mark = /\/StructParents (\d+)/.exec(objectIn(objects, page))?.[1];
    const tagsByMark = lists.get(Number(mark));
    const { topTags, tags } = tagsByPage.get(page) ?? { topTags: [], tags: [] };
    if (tagsByMark === undefined) throw new TypeError(`The page ${page} has no tags`);
    return { page, topTags, tags, tagsByMark };
  });
}

/** A tag and all below it. */
function tagsBelow(
  objects: ReadonlyMap<ObjectNumber, string>,
  tag: ObjectNumber,
  parent: ObjectNumber,
): ObjectNumber[] {
  const children = piecesOf(objectIn(objects, tag)).filter(
    (piece): piece is ObjectNumber =>
      typeof piece === 'number' &&
      piece !== parent &&
      objectIn(objects, piece).includes('/Type /StructElem\n'),
  );
  return [tag, ...children.flatMap((child) => tagsBelow(objects, child, tag))];
}

function objectIn(objects: ReadonlyMap<ObjectNumber, string>, number: ObjectNumber): string {
  const object = objects.get(number);
  if (object === undefined) throw new TypeError(`There is no object ${number}`);
  return object;
}

function referenceIn(text: string, key: string): ObjectNumber {
  const number = new RegExp(`/${key}\\s*(\\d+) 0 R`).exec(text)?.[1];
  if (number === undefined) throw new TypeError(`There is no /${key}`);
  return Number(number);
}

function referencesIn(list: string): ObjectNumber[] {
  return Array.from(list.matchAll(/(\d+) 0 R/g), ([, number]) => Number(number));
}

function headLength(object: string): number {
  const stream = object.indexOf('>>\nstream\n');
  return stream < 0 ? object.length : stream;
}
