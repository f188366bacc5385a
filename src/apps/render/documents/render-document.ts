import type { JsonValue } from '../../../platform/json-value.ts';

/** A document that is ordered. Its options have not been checked. */
export interface DocumentRequest {
  readonly resourceSlug: string;
  readonly resourceName: string;
  /** The name of the generator. */
  readonly resourceView: string;
  /** Printed in the footer. */
  readonly url: string;
  /** Printed at the top of each page. */
  readonly headerText: string;
  readonly paperSize: 'a4' | 'letter';
  readonly copies: number;
  /** The options of the generator, as they were sent. */
  readonly options: Readonly<Record<string, JsonValue>>;
  /** What random values follow from. Default: one is chosen. */
  readonly seed?: number | undefined;
}

/** A rendered document. */
export interface RenderedDocument {
  readonly filename: string;
  readonly pdf: Uint8Array;
  /** The seed that gives the same document again. */
  readonly seed: number;
}

/** A document cannot be rendered as it was ordered, however often that is tried. */
export class DocumentRequestError extends Error {
  override readonly name: string = 'DocumentRequestError';
}

/** There is no generator of this name. */
export class UnknownGeneratorError extends DocumentRequestError {
  override readonly name = 'UnknownGeneratorError';
}

/** Options of a generator are missing, unknown, or have values that it does not know. */
export class GeneratorOptionError extends DocumentRequestError {
  override readonly name = 'GeneratorOptionError';
}

const PAGES = { a4: '0 0 595 842', letter: '0 0 612 792' };

/**
 * Renders a document.
 *
 * @throws {DocumentRequestError}
 */
export async function renderDocument(request: DocumentRequest): Promise<RenderedDocument> {
  if (request.resourceView !== 'blank') {
    throw new UnknownGeneratorError(`There is no generator "${request.resourceView}".`);
  }
  const [option] = Object.keys(request.options);
  if (option !== undefined) throw new GeneratorOptionError(`Unknown option "${option}".`);
  return {
    filename: `${request.resourceName} (${request.paperSize}).pdf`,
    pdf: blankPages(PAGES[request.paperSize], request.copies),
    seed: request.seed ?? 1,
  };
}

/** Returns a PDF of empty pages. */
function blankPages(mediaBox: string, count: number): Uint8Array {
  const pages = Array.from({ length: count }, (_, index) => index + 3);
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Count ${count}/Kids[${pages.map((number) => `${number} 0 R`).join(' ')}]>>`,
    ...pages.map(() => `<</Type/Page/Parent 2 0 R/MediaBox[${mediaBox}]>>`),
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`;
  return Buffer.from(
    `${text}${table}trailer\n<</Size ${size}/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF\n`,
  );
}
