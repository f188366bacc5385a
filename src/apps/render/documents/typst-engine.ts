import { setImmediate } from 'node:timers/promises';
import type { CompileDocArgs, NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { errorMessage } from '../../../platform/error-message.ts';
import type { Label, TextPage } from '../generators/page.ts';
import type { Paper } from '../generators/paper.ts';
import { assemblePdf } from './assembled-pdf.ts';
import { TypesettingError } from './document-errors.ts';
import { readFonts, readLetters } from './fonts.ts';
import { DOCUMENT_INPUT, WORKSHEET_TEMPLATE } from './worksheet-template.ts';

/** A document as the template reads it. */
export interface TypesetDocument {
  readonly title: string;
  readonly author: string;
  /** A BCP 47 tag of two or three letters. */
  readonly language: string;
  /** The colours of text, and of lines on pages of text, as `#` and six digits. */
  readonly ink: string;
  readonly accent: string;
  readonly paper: Paper;
  readonly logo: string;
  readonly header: string;
  /** The name and the address in the footer. */
  readonly name: string;
  readonly url: string;
  /** Every drawing once, as SVG. */
  readonly drawings: readonly string[];
  /** Every page once. */
  readonly pages: readonly TypesetPage[];
  /** Which page is where, by its place among {@link pages}. */
  readonly order: readonly number[];
}

/** A page of a document; a drawing is named by its place among all drawings. */
export type TypesetPage =
  | TextPage
  | {
      readonly kind: 'drawing';
      readonly drawing: number;
      readonly labels: readonly Label[];
      readonly description: string;
    };

/** There is no such folder: neither the template nor a drawing can read a file. */
const WORKSPACE = '/nonexistent';

/** Documents that everybody can read: tagged, with a title, a language and texts for pictures. */
const PDF_STANDARD = 'ua-1';

/** Typst keeps what it has laid out until its cache is evicted. Keeping it longer costs memory alone. */
const DOCUMENTS_UNTIL_FORGETTING = 10;
const ROUNDS_REMEMBERED = 2;
/** Pages that are laid out at once: each takes 100 kB until they are written. They are forgotten at once. */
const PAGES_OF_A_PART = 200;

/** Latin without and with accents, which all fonts have. */
const SIMPLE_TEXT = /^[ -~\u00a0-\u017f]*$/;

/** A letter that no font has. */
const BOX = '□';

let started: Promise<NodeCompiler> | undefined;
let documentsSet = 0;

/**
 * Sets a document. The engine starts at the first one, and is kept by the process. It is native code that runs in this
 * thread: nothing else does until it returns.
 *
 * @throws {TypesettingError}
 */
export async function typesetPdf(document: TypesetDocument): Promise<Uint8Array> {
  const readable = { ...document, ...(await withBoxes(document)) };
  const parts: Uint8Array[] = [];
  for (let begin = 0; begin < document.pages.length; begin += PAGES_OF_A_PART) {
    const pages = document.pages.slice(begin, begin + PAGES_OF_A_PART);
    parts.push(await typeset({ ...readable, pages }, writePdf));
  }
  const isWhole = document.order.every((place, index) => place === index);
  const [first] = parts;
  if (first && parts.length === 1 && isWhole) return first;
  return assemblePdf(
    parts,
    document.order.map((place) => ({
      part: Math.floor(place / PAGES_OF_A_PART),
      page: place % PAGES_OF_A_PART,
    })),
  );
}

/** The texts of callers, with a box for each letter that no font has: the standard forbids such letters. */
async function withBoxes({
  header,
  name,
  url,
}: TypesetDocument): Promise<Pick<TypesetDocument, 'header' | 'name' | 'url'>> {
  const isSimple = [header, name, url].every((text) => SIMPLE_TEXT.test(text));
  if (isSimple) return { header, name, url };
  const letters = await readLetters();
  const boxed = (text: string) =>
    Array.from(text, (letter) => (letters.has(letter.codePointAt(0) ?? 0) ? letter : BOX)).join('');
  return { header: boxed(header), name: boxed(name), url: boxed(url) };
}

/** Letters that are combined otherwise than each for itself may still be ones that no font has. */
function writePdf(compiler: NodeCompiler, source: CompileDocArgs): Uint8Array {
  try {
    return compiler.pdf(source, { pdfStandard: PDF_STANDARD });
  } catch (error) {
    if (!errorMessage(error).includes('could not be displayed with font')) throw error;
    return compiler.pdf(source);
  }
}

/**
 * Likewise, as one SVG with all pages, one below the other, for browsers.
 *
 * @throws {TypesettingError}
 */
export async function typesetSvg(document: TypesetDocument): Promise<string> {
  return typeset(document, (compiler, source) => compiler.plainSvg(source));
}

/**
 * `write` goes from the source to the file in one step. A compiled document in between would be an object of JavaScript
 * that keeps megabytes of native memory until it is collected, which is late, as it looks small.
 */
async function typeset<Output>(
  document: TypesetDocument,
  write: (compiler: NodeCompiler, source: CompileDocArgs) => Output,
): Promise<Output> {
  started ??= startCompiler();
  const compiler = await started;
  try {
    return write(compiler, {
      mainFileContent: WORKSHEET_TEMPLATE,
      inputs: { [DOCUMENT_INPUT]: JSON.stringify({ ...document, order: [] }) },
    });
  } catch (error) {
    throw new TypesettingError(`Typst could not set the document: ${errorMessage(error)}`, { cause: error });
  } finally {
    // Failed documents are remembered as well.
    forget(compiler, document.pages.length);
    // Node frees what native code has let go of between two turns of its loop, and at no other time.
    await setImmediate();
  }
}

async function startCompiler(): Promise<NodeCompiler> {
  const [{ NodeCompiler: Compiler }, fontBlobs] = await Promise.all([
    import('@myriaddreamin/typst-ts-node-compiler'),
    readFonts(),
  ]);
  return Compiler.create({ workspace: WORKSPACE, fontArgs: [{ fontBlobs }] });
}

function forget(compiler: NodeCompiler, pageCount: number): void {
  documentsSet += 1;
  if (pageCount >= PAGES_OF_A_PART) compiler.evictCache(0);
  else if (documentsSet % DOCUMENTS_UNTIL_FORGETTING === 0) compiler.evictCache(ROUNDS_REMEMBERED);
}
