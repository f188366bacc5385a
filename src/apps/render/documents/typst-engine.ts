import { setImmediate } from 'node:timers/promises';
import type { CompileDocArgs, NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { errorMessage } from '../../../platform/error-message.ts';
import type { TextPage } from '../generators/page.ts';
import type { Paper } from '../generators/paper.ts';
import { TypesettingError } from './document-errors.ts';
import { readFonts } from './fonts.ts';
import { DOCUMENT_INPUT, WORKSHEET_TEMPLATE } from './worksheet-template.ts';

/** A document as the template reads it. */
export interface TypesetDocument {
  readonly title: string;
  readonly author: string;
  /** A BCP 47 tag of two or three letters. */
  readonly language: string;
  readonly paper: Paper;
  readonly logo: string;
  readonly header: string;
  /** The name and the address in the footer. */
  readonly name: string;
  readonly url: string;
  /** Every drawing once, as SVG. */
  readonly drawings: readonly string[];
  readonly pages: readonly TypesetPage[];
}

/** A page of a document; a drawing is named by its place among all drawings. */
export type TypesetPage =
  | TextPage
  | {
      readonly kind: 'drawing';
      /** Where it lies on another one. */
      readonly background?: number;
      readonly drawing: number;
      readonly description: string;
    };

/** There is no such folder: neither the template nor a drawing can read a file. */
const WORKSPACE = '/nonexistent';

/** Documents that everybody can read: tagged, with a title, a language and texts for pictures. */
const PDF_STANDARD = 'ua-1';

/** Typst remembers what it has laid out until it is told to forget. What is remembered longer costs memory alone. */
const DOCUMENTS_UNTIL_FORGETTING = 10;
const ROUNDS_REMEMBERED = 2;
/** A document with more pages is forgotten at once. */
const MANY_PAGES = 100;

let started: Promise<NodeCompiler> | undefined;
let documentsSet = 0;

/**
 * Sets a document. The engine starts at the first one, and is kept by the process. It is native code that runs in this
 * thread: nothing else does until it returns.
 *
 * @throws {TypesettingError}
 */
export async function typesetPdf(document: TypesetDocument): Promise<Uint8Array> {
  return typeset(document, writePdf);
}

/** The standard forbids a letter that no font has. Such a document is set without it, the letter as a box. */
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
      inputs: { [DOCUMENT_INPUT]: JSON.stringify(document) },
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
  if (pageCount > MANY_PAGES) compiler.evictCache(0);
  else if (documentsSet % DOCUMENTS_UNTIL_FORGETTING === 0) compiler.evictCache(ROUNDS_REMEMBERED);
}
