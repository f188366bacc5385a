import { type FormatString, parseFormatString } from '../formatting/format-string.ts';
import { FORMATTED_FIELDS } from '../members/composite-schema.ts';
import type { JsonObject } from './dlcs-client.ts';

/** What the composite alone has; the DLCS knows nothing of it. */
const COMPOSITE_FIELDS = ['@type', 'originFormat', 'incrementSeed', 'compositeId'];

/** An image of the DLCS. */
const IMAGE_FAMILY = 'I';

/** Where a page is to be found, and what it is. */
export interface StoredPage {
  /** From 1. */
  readonly pageNumber: number;
  readonly url: string;
  readonly mediaType: string;
}

/** Makes the DLCS image of each page of one composite. */
export type ImageBuilder = (page: StoredPage) => JsonObject;

/**
 * Reads a composite once for all of its pages. Each image has the composite's own fields, those that are format
 * strings formatted with `incrementSeed` and one more for each page.
 *
 * @throws {FormatStringError} if a field is no format string; `POST` refuses such a composite.
 */
export function createImageBuilder(composite: JsonObject): ImageBuilder {
  const seed = composite['incrementSeed'];
  const firstNumber = typeof seed === 'number' ? seed : 0;
  const shared = Object.fromEntries(
    Object.entries(composite).filter(([field]) => !COMPOSITE_FIELDS.includes(field)),
  );
  const formatted = FORMATTED_FIELDS.flatMap((field): [string, FormatString][] => {
    const template = composite[field];
    return typeof template === 'string' ? [[field, parseFormatString(template)]] : [];
  });
  return ({ pageNumber, url, mediaType }) => {
    const number = firstNumber + pageNumber - 1;
    return {
      ...shared,
      ...Object.fromEntries(formatted.map(([field, template]) => [field, template.format(number)])),
      family: IMAGE_FAMILY,
      mediaType,
      origin: url,
    };
  };
}
