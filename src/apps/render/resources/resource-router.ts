import { type Request, type Response, Router } from 'express';
import { LRUCache } from 'lru-cache';
import { refuseOtherMethods } from '../../../platform/http/allowed-methods.ts';
import { HttpError } from '../../../platform/http/http-error.ts';
import { inlineDisposition } from '../../../platform/http/inline-file.ts';
import { sendPage, wantsJson } from '../../../platform/http/page.ts';
import { DocumentRequestError } from '../documents/document-errors.ts';
import { COLOUR_MODES, type DocumentRequest, type RenderedDocument } from '../documents/document-request.ts';
import { drawPagePicture } from '../documents/page-picture.ts';
import { renderDocument, renderPreview } from '../documents/render-document.ts';
import type { Generator } from '../generators/generator.ts';
import { findGenerator, GENERATORS } from '../generators/index.ts';
import { LANGUAGE_TAGS } from '../generators/messages/languages.ts';
import { PAPER_SIZES } from '../generators/paper.ts';
import { LIST_STYLE, sheetList } from './sheet-list.ts';
import { BROWSER_LIMITS, readSheetOrder, type SheetOrder } from './sheet-order.ts';
import { SHEET_SCRIPT, SHEET_STYLE, sheetPage } from './sheet-page.ts';
import { inWords } from './words.ts';

/** Where the pages for browsers are. */
export const RESOURCE_PATHS = ['/render/resources'] as const;

const [PATH] = RESOURCE_PATHS;

/** What is kept of documents that were made already. */
const CACHE_BYTES = 32 * 1024 * 1024;

/** What is kept of pictures that were drawn already. */
const PICTURE_CACHE_BYTES = 16 * 1024 * 1024;

/** The widths of pictures. */
const PICTURE_WIDTHS_PIXELS = { least: 60, most: 1_600, default: 840 } as const;

/** The same URL has the same document, until a new version draws it differently. */
const BROWSERS_KEEP_SECONDS = 300;

/** The part of the path that names a worksheet. */
type SheetPath = Record<'view', string>;

/**
 * The pages for browsers: all worksheets, the form of each with its preview, and its PDF, which is made at once.
 * They ask for no credentials, as they show nothing but what is in the query.
 */
export function createResourceRouter(): Router {
  const documents = new LRUCache<string, RenderedDocument>({
    maxSize: CACHE_BYTES,
    sizeCalculation: ({ pdf }) => pdf.length,
  });
  const pictures = new LRUCache<string, Buffer>({
    maxSize: PICTURE_CACHE_BYTES,
    sizeCalculation: (png) => png.length,
  });
  const router = Router({ caseSensitive: true });

  router
    .route(PATH)
    .get((request, response) => {
      if (wantsJson(request)) response.json({ resources: GENERATORS.map(described) });
      else sendPage(response, 200, 'Worksheets', sheetList(GENERATORS, PATH), { style: LIST_STYLE });
    })
    .all(refuseOtherMethods('GET', 'HEAD'));

  router
    .route(`${PATH}/:view.pdf`)
    .get(async (request: Request<SheetPath>, response) => {
      const { request: order } = readOrder(request);
      const key = JSON.stringify(order);
      const document = documents.get(key) ?? (await orRefuse(renderDocument(order, BROWSER_LIMITS)));
      documents.set(key, document);
      sendFile(response, 'application/pdf', document.filename).send(Buffer.from(document.pdf));
    })
    .all(refuseOtherMethods('GET', 'HEAD'));

  router
    .route(`${PATH}/:view.png`)
    .get(async (request: Request<SheetPath>, response) => {
      const { request: order, pageNumber } = readOrder(request);
      const widthPixels = readWidth(request.query['width']);
      const key = JSON.stringify([order, pageNumber, widthPixels]);
      const png = pictures.get(key) ?? (await orRefuse(draw(order, pageNumber, widthPixels)));
      pictures.set(key, png);
      sendFile(response, 'image/png', `${order.resourceView}.png`).send(png);
    })
    .all(refuseOtherMethods('GET', 'HEAD'));

  router
    .route(`${PATH}/:view.svg`)
    .get(async (request: Request<SheetPath>, response) => {
      const { request: order, pageNumber } = readOrder(request);
      const svg = await orRefuse(renderPreview({ ...order, copies: 1 }, pageNumber));
      sendFile(response, 'image/svg+xml', `${order.resourceView}.svg`).send(svg);
    })
    .all(refuseOtherMethods('GET', 'HEAD'));

  router
    .route(`${PATH}/:view`)
    .get((request: Request<SheetPath>, response) => {
      const generator = generatorOf(request);
      if (wantsJson(request)) {
        response.json(described(generator));
        return;
      }
      const order = readOrder(request);
      const query = new URL(request.originalUrl, 'http://localhost').search.slice(1);
      const page = sheetPage(generator, order, query);
      sendPage(response, 200, inWords(generator.view), page, { script: SHEET_SCRIPT, style: SHEET_STYLE });
    })
    .all(refuseOtherMethods('GET', 'HEAD'));

  return router;
}

function generatorOf(request: Request<SheetPath>): Generator {
  const generator = findGenerator(request.params.view);
  if (generator) return generator;
  throw new HttpError(404, 'There is no such worksheet.');
}

function readOrder(request: Request<SheetPath>): SheetOrder {
  const generator = generatorOf(request);
  const { format: _format, width: _width, ...query } = request.query;
  const url = `${request.protocol}://${request.host ?? 'localhost'}${PATH}/${generator.view}`;
  return readSheetOrder(generator, query, url);
}

/** @throws {HttpError} 400 */
function readWidth(given: Request['query'][string]): number {
  const { least, most, default: otherwise } = PICTURE_WIDTHS_PIXELS;
  const width = given ?? String(otherwise);
  if (typeof width === 'string' && /^\d{1,4}$/.test(width) && Number(width) >= least && Number(width) <= most)
    return Number(width);
  throw new HttpError(400, `"width" has to be a whole number from ${least} to ${most}.`);
}

async function draw(order: DocumentRequest, pageNumber: number, widthPixels: number): Promise<Buffer> {
  const { pdf } = await renderDocument({ ...order, copies: 1 }, BROWSER_LIMITS);
  return (await drawPagePicture(pdf, pageNumber, widthPixels)).png;
}

/** @throws {HttpError} 400, where the order is what is wrong. */
async function orRefuse<Made>(making: Promise<Made>): Promise<Made> {
  try {
    return await making;
  } catch (error) {
    if (error instanceof DocumentRequestError) throw new HttpError(400, error.message, { cause: error });
    throw error;
  }
}

function sendFile(response: Response, type: string, filename: string): Response {
  return response
    .set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    .set('Cache-Control', `private, max-age=${BROWSERS_KEEP_SECONDS}`)
    .set('Content-Disposition', inlineDisposition(filename))
    .type(type);
}

function described({ view, options }: Generator) {
  return {
    resource_view: view,
    options: { ...options, paper_size: PAPER_SIZES, language: LANGUAGE_TAGS, colour_mode: COLOUR_MODES },
  };
}
