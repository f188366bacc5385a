import { COLOUR_MODES, type DocumentRequest, isColourMode } from '../documents/document-request.ts';
import { DEFAULT_LANGUAGE, isLanguage, LANGUAGE_TAGS } from '../generators/messages/languages.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';

/** What a task orders cannot be rendered, however often that is tried. */
export class RenderOrderError extends Error {
  override readonly name = 'RenderOrderError';
}

/** Keys that are not options of a generator. */
const OWN_KEYS = [
  'kind',
  'resource_slug',
  'resource_name',
  'resource_view',
  'paper_size',
  'copies',
  'url',
  'header_text',
  'template',
  'css',
  'seed',
  'language',
  'colour_mode',
];

/** What the original's templates and style sheets are called. They mean the template that there is. */
const ACCEPTED_FILES: Readonly<Record<'template' | 'css', string>> = {
  template: 'base-resource-pdf.html',
  css: 'css/print-resource-pdf.css',
};

/** The greatest seed: an unsigned integer of 32 bits. */
const GREATEST_SEED = 4_294_967_295;

/**
 * Decodes the payload of a task.
 *
 * @throws {RenderOrderError} if it is not base64 of a JSON object.
 */
export function decodePayload(payloadBase64: string): JsonObject {
  const compact = payloadBase64.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact) || compact.length % 4 !== 0) {
    throw new RenderOrderError('The payload is not base64.');
  }
  let decoded: unknown;
  try {
    decoded = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(compact, 'base64')));
  } catch {
    throw new RenderOrderError('The payload is not JSON in UTF-8.');
  }
  if (!isJsonObject(decoded)) throw new RenderOrderError('The payload is not a JSON object.');
  return decoded;
}

/**
 * Reads what a payload orders. The options of the generator are not checked.
 *
 * @throws {RenderOrderError} with a line for each fault.
 */
export function readOrder(payload: JsonObject, maximumCopies: number): DocumentRequest {
  const faults: string[] = [];
  const text = (key: string, fallback?: string): string => {
    const value = payload[key] ?? fallback;
    if (typeof value === 'string') return value;
    faults.push(value === undefined ? `${key} is required.` : `${key} must be a string.`);
    return '';
  };
  const whole = (key: string, minimum: number, maximum: number): number => {
    const value = payload[key] ?? undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum)
      return value;
    faults.push(
      value === undefined
        ? `${key} is required.`
        : `${key} must be an integer from ${minimum} to ${maximum}.`,
    );
    return minimum;
  };
  if (text('kind') !== 'task#render' && typeof payload['kind'] === 'string')
    faults.push('kind must be task#render.');
  const size = text('paper_size').toLowerCase();
  if (size !== '' && size !== 'a4' && size !== 'letter') faults.push('paper_size must be a4 or letter.');
  for (const [key, accepted] of Object.entries(ACCEPTED_FILES)) {
    if (text(key, accepted) !== accepted) faults.push(`${key} must be ${accepted}.`);
  }
  const language = text('language', DEFAULT_LANGUAGE);
  if (!isLanguage(language)) faults.push(`language must be ${LANGUAGE_TAGS.join(', ')}.`);
  const colourMode = text('colour_mode', 'colour');
  if (!isColourMode(colourMode)) faults.push(`colour_mode must be ${COLOUR_MODES.join(' or ')}.`);
  const order: DocumentRequest = {
    resourceSlug: text('resource_slug'),
    resourceName: text('resource_name'),
    resourceView: text('resource_view').replace(/\.py$/, ''),
    url: text('url'),
    headerText: text('header_text', ''),
    paperSize: size === 'letter' ? 'letter' : 'a4',
    copies: whole('copies', 1, maximumCopies),
    ...(isLanguage(language) ? { language } : {}),
    ...(isColourMode(colourMode) ? { colourMode } : {}),
    options: Object.fromEntries(
      Object.entries(payload).flatMap(([key, value]) =>
        OWN_KEYS.includes(key) || value === undefined ? [] : [[key, value] as const],
      ),
    ),
    ...(payload['seed'] == null ? {} : { seed: whole('seed', 0, GREATEST_SEED) }),
  };
  if (faults.length > 0) throw new RenderOrderError(faults.join('\n'));
  return order;
}
