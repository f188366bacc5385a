import type { Request } from 'express';
import { HttpError } from '../../../platform/http/http-error.ts';
import type { JsonValue } from '../../../platform/json-value.ts';
import {
  COLOUR_MODES,
  type DocumentLimits,
  type DocumentRequest,
  isColourMode,
} from '../documents/document-request.ts';
import type { Generator } from '../generators/generator.ts';
import { DEFAULT_LANGUAGE, isLanguage, LANGUAGE_TAGS } from '../generators/messages/languages.ts';
import { firstOptions } from '../generators/options.ts';
import { isPaperSize, PAPER_SIZES } from '../generators/paper.ts';
import { LARGEST_SEED } from '../generators/random.ts';
import { inWords } from './words.ts';

/** What a browser is sent at once: sheets for a class. Larger documents are tasks. */
export const BROWSER_LIMITS: DocumentLimits = { copies: 40, pages: 400 };

/** The parameters of an order beside the options of its generator. */
const OTHER_PARAMETERS = [
  'paper_size',
  'copies',
  'seed',
  'header_text',
  'resource_name',
  'language',
  'colour_mode',
  'page',
];

/** What a browser asks for by the query of its URL. */
export interface SheetOrder {
  readonly request: DocumentRequest & { readonly seed: number };
  /** Of the preview. */
  readonly pageNumber: number;
}

/**
 * Reads a query. Options that it does not have are the first ones of their lists; the seed is 1, so that the same URL
 * is the same document.
 *
 * @param url of the page with the form, for the footer.
 * @throws {HttpError} 400 with a reason.
 */
export function readSheetOrder(generator: Generator, query: Request['query'], url: string): SheetOrder {
  const parameters = new Map(Object.entries(query));
  const text = (name: string, otherwise: string): string => {
    const value = parameters.get(name) ?? otherwise;
    if (typeof value === 'string') return value;
    throw new HttpError(400, `"${name}" is given more than once.`);
  };
  const number = (name: string, most: number): number => {
    const value = text(name, '1');
    if (/^\d{1,10}$/.test(value) && Number(value) <= most) return Number(value);
    throw new HttpError(400, `"${name}" has to be a whole number up to ${most}.`);
  };
  const unknown = [...parameters.keys()].filter(
    (name) => !OTHER_PARAMETERS.includes(name) && !Object.hasOwn(generator.options, name),
  );
  if (unknown.length > 0) throw new HttpError(400, `Unknown parameter: ${unknown.join(', ').slice(0, 200)}.`);
  const paperSize = text('paper_size', 'a4');
  if (!isPaperSize(paperSize))
    throw new HttpError(400, `"paper_size" has to be ${PAPER_SIZES.join(' or ')}.`);
  const language = text('language', DEFAULT_LANGUAGE);
  if (!isLanguage(language))
    throw new HttpError(400, `"language" has to be one of ${LANGUAGE_TAGS.join(', ')}.`);
  const colourMode = text('colour_mode', 'colour');
  if (!isColourMode(colourMode))
    throw new HttpError(400, `"colour_mode" has to be ${COLOUR_MODES.join(' or ')}.`);
  return {
    request: {
      resourceSlug: generator.view,
      resourceName: text('resource_name', inWords(generator.view)),
      resourceView: generator.view,
      url,
      headerText: text('header_text', ''),
      paperSize,
      language,
      colourMode,
      copies: number('copies', BROWSER_LIMITS.copies),
      options: optionsOf(generator, (name, otherwise) => text(name, otherwise)),
      seed: number('seed', LARGEST_SEED),
    },
    pageNumber: Math.max(1, number('page', BROWSER_LIMITS.pages)),
  };
}

/** URLs have text: an option that is true has `true`. Text that means no value stays, and is refused by its name. */
function optionsOf(
  { options: schema }: Generator,
  text: (name: string, otherwise: string) => string,
): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(
    Object.entries(firstOptions(schema)).map(([name, first]) => {
      const given = text(name, String(first));
      return [name, schema[name]?.find((value) => String(value) === given) ?? given];
    }),
  );
}
