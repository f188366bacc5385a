import { PRODUCT_NAME } from '../../../platform/product.ts';
import { BLUE, INK } from '../generators/drawing/colours.ts';
import { BLACK, lineArt } from '../generators/drawing/line-art.ts';
import type { Svg } from '../generators/drawing/svg.ts';
import type { Order } from '../generators/generator.ts';
import { findGenerator, GENERATORS } from '../generators/index.ts';
import type { Catalogue } from '../generators/messages/catalogue.ts';
import { DEFAULT_LANGUAGE, LANGUAGES, type Language } from '../generators/messages/languages.ts';
import type { Page } from '../generators/page.ts';
import { PAPERS } from '../generators/paper.ts';
import { LARGEST_SEED, seededRandom } from '../generators/random.ts';
import { DocumentSizeError, GeneratorOptionError, UnknownGeneratorError } from './document-errors.ts';
import { documentFilename } from './document-filename.ts';
import {
  type ColourMode,
  DEFAULT_LIMITS,
  type DocumentLimits,
  type DocumentRequest,
  type RenderedDocument,
} from './document-request.ts';
import { LOGO_SVG } from './logo.ts';
import { type TypesetDocument, type TypesetPage, typesetPdf, typesetSvg } from './typst-engine.ts';

export {
  DocumentRequestError,
  DocumentSizeError,
  GeneratorOptionError,
  TypesettingError,
  UnknownGeneratorError,
} from './document-errors.ts';
export type { DocumentLimits, DocumentRequest, RenderedDocument } from './document-request.ts';

/**
 * Makes a PDF.
 *
 * @throws {DocumentRequestError} if no attempt will succeed: {@link UnknownGeneratorError},
 *   {@link GeneratorOptionError}, {@link DocumentSizeError}.
 * @throws {TypesettingError}
 */
export async function renderDocument(
  request: DocumentRequest,
  limits: DocumentLimits = DEFAULT_LIMITS,
): Promise<RenderedDocument> {
  const { document, filename, seed } = planDocument(request, limits);
  return { filename, pdf: await typesetPdf(document), pages: document.order.length, seed };
}

/**
 * Draws one page of a document for browsers, as SVG. The page after the last one is the last one.
 *
 * @param pageNumber from 1 on.
 * @throws as {@link renderDocument} does.
 */
export async function renderPreview(request: DocumentRequest, pageNumber: number): Promise<string> {
  const { document } = planDocument(request);
  const place = document.order[Math.min(pageNumber, document.order.length) - 1] ?? 0;
  return typesetSvg({ ...document, pages: document.pages.slice(place, place + 1), order: [0] });
}

/** A document that is drawn, and not set yet. */
export interface DocumentPlan {
  readonly document: TypesetDocument;
  readonly filename: string;
  readonly seed: number;
}

/**
 * Draws a document, without setting it.
 *
 * @throws {DocumentRequestError}
 */
export function planDocument(
  request: DocumentRequest,
  limits: DocumentLimits = DEFAULT_LIMITS,
): DocumentPlan {
  const {
    seed = Math.floor(Math.random() * (LARGEST_SEED + 1)),
    language = DEFAULT_LANGUAGE,
    colourMode = 'colour',
  } = request;
  const order = orderOf(request);
  const copies = checkedCopies(request.copies, limits);
  const {
    order: pageOrder,
    pages,
    drawings,
  } = gathered(pagesOf(order, { copies, seed, messages: LANGUAGES[language] }, limits));
  const inMode = colourMode === 'bw' ? lineArt : (svg: Svg) => svg;
  const variant = [order.subtitle, ...variants(language, colourMode)].join(' - ');
  return {
    document: {
      title: printable(`${request.resourceName} (${variant})`),
      author: PRODUCT_NAME,
      language,
      ...COLOURS[colourMode],
      paper: PAPERS[request.paperSize],
      logo: inMode(LOGO_SVG),
      header: printable(request.headerText),
      name: printable(request.resourceName),
      url: printable(request.url),
      drawings: drawings.map(inMode),
      pages,
      order: pageOrder,
    },
    filename: documentFilename(request.resourceName, variant),
    seed,
  };
}

function orderOf({ resourceView, paperSize, options }: DocumentRequest): Order {
  const generator = findGenerator(resourceView);
  if (!generator) {
    const names = GENERATORS.map(({ view }) => view).join(', ');
    throw new UnknownGeneratorError(
      `There is no generator "${resourceView.slice(0, 100)}". There are: ${names}.`,
    );
  }
  const order = generator.order(options, PAPERS[paperSize]);
  if ('subtitle' in order) return order;
  throw new GeneratorOptionError(order);
}

function checkedCopies(copies: number, limits: DocumentLimits): number {
  if (Number.isInteger(copies) && copies >= 1 && copies <= limits.copies) return copies;
  throw new DocumentSizeError(
    `The number of copies is ${copies}; it has to be a whole number from 1 to ${limits.copies}.`,
  );
}

/** The colours of text, and of lines on pages of text. */
const COLOURS = { colour: { ink: INK, accent: BLUE }, bw: { ink: BLACK, accent: BLACK } } as const;

/** What names of files say of documents that are not in English, or not in colour. */
function variants(language: Language, colourMode: ColourMode): string[] {
  return [
    ...(language === DEFAULT_LANGUAGE ? [] : [language]),
    ...(colourMode === 'bw' ? ['black and white'] : []),
  ];
}

/** The pages of all copies. Copies without chance are the same pages again, which costs no memory. */
function pagesOf(
  order: Order,
  { copies, seed, messages }: { copies: number; seed: number; messages: Catalogue },
  limits: DocumentLimits,
): readonly Page[] {
  const draw = (copy: number) => order.pages(seededRandom(seed, copy), messages);
  const first = draw(1);
  const count = first.length * copies;
  if (count > limits.pages)
    throw new DocumentSizeError(
      `${copies} copies have ${count} pages; a document may have ${limits.pages}. Ask for fewer copies.`,
    );
  const others = Array.from({ length: copies - 1 }, (_, index) => (order.isRandom ? draw(index + 2) : first));
  return [first, ...others].flat();
}

/** Names each drawing once, however many pages have it, and each page once, however often it is there. */
function gathered(pages: readonly Page[]): Pick<TypesetDocument, 'drawings' | 'pages' | 'order'> {
  const drawings = new Places<string, string>();
  const places = new Places<string, TypesetPage>();
  const known = new Map<Page, number>();
  const order = pages.map((page) => {
    const place = known.get(page) ?? placeOf(page);
    known.set(page, place);
    return place;
  });
  return { drawings: drawings.things, pages: places.things, order };

  function placeOf(page: Page): number {
    const typeset: TypesetPage =
      page.kind === 'text'
        ? page
        : {
            kind: 'drawing',
            drawing: drawings.placeOf(page.svg, page.svg),
            labels: page.labels ?? [],
            description: page.description,
          };
    return places.placeOf(JSON.stringify(typeset), typeset);
  }
}

/** Different things, in the order in which they came. */
class Places<Key, Thing> {
  readonly things: Thing[] = [];
  readonly #places = new Map<Key, number>();

  placeOf(key: Key, thing: Thing): number {
    const place = this.#places.get(key) ?? this.things.push(thing) - 1;
    this.#places.set(key, place);
    return place;
  }
}

/** More would be too small to read in one line. */
const PRINTED_CHARACTERS = 500;

/** A text in one line, without characters that no font has because they control something. */
function printable(text: string): string {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  const characters = Array.from(line);
  return characters.length > PRINTED_CHARACTERS
    ? `${characters.slice(0, PRINTED_CHARACTERS - 1).join('')}…`
    : line;
}
