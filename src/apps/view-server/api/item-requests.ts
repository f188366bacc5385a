import { Ajv } from 'ajv';
import { faultOfText } from '../../../platform/database/storable-text.ts';
import { HttpError } from '../../../platform/http/http-error.ts';
import { faultOfItemPath } from '../stages/item-path.ts';
import { STAGES, type Stage } from '../stages/stage.ts';
import { ITEM_STATES, type ItemFilter } from '../stages/stored-items.ts';

/** Paths that are pushed by one request, at most. */
export const MOST_PUSHED = 1_000;

/** Items of a page. */
export const PAGE_LIMITS = { default: 50, most: 500 } as const;

/** Items that are to be pushed. */
export interface PushRequest {
  readonly stage: Stage;
  readonly paths: readonly string[];
  readonly collection?: string;
  readonly isUrgent: boolean;
  /** JSON. */
  readonly metadata: string | undefined;
}

interface PushBody {
  readonly stage: Stage;
  readonly paths: readonly string[];
  readonly collection?: string;
  readonly urgent?: boolean;
  readonly metadata?: object;
}

const ajv = new Ajv({ allErrors: false });

const isPushBody = ajv.compile<PushBody>({
  type: 'object',
  required: ['stage', 'paths'],
  additionalProperties: false,
  properties: {
    stage: { enum: [...STAGES] },
    paths: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: MOST_PUSHED },
    collection: { type: 'string', minLength: 1, maxLength: 250 },
    urgent: { type: 'boolean' },
    metadata: { type: 'object' },
  },
});

const isUrgencyBody = ajv.compile<{ readonly urgent?: boolean }>({
  type: 'object',
  additionalProperties: false,
  properties: { urgent: { type: 'boolean' } },
});

/** Reads what is to be pushed. @throws {HttpError} 400 */
export function readPush(body: unknown): PushRequest {
  if (!isPushBody(body)) throw new HttpError(400, faultOf(isPushBody.errors));
  const { stage, paths, collection, urgent = false, metadata } = body;
  for (const path of paths) refuseFault(faultOfItemPath(path));
  const json = metadata && JSON.stringify(metadata);
  if (json !== undefined && faultOfText(json))
    refuseFault('the metadata has a character that cannot be stored');
  return {
    stage,
    paths,
    isUrgent: urgent,
    metadata: json,
    ...(collection === undefined ? {} : { collection }),
  };
}

/** Reads whether an item is to go before all others. @throws {HttpError} 400 */
export function readUrgency(body: unknown): boolean {
  if (!isUrgencyBody(body ?? {})) throw new HttpError(400, faultOf(isUrgencyBody.errors));
  return (body as { readonly urgent?: boolean } | undefined)?.urgent ?? false;
}

/** A page of items that is asked for. */
export interface ItemPage {
  readonly filter: ItemFilter;
  readonly before: number | undefined;
  readonly limit: number;
}

const PARAMETERS = ['stage', 'state', 'collection', 'path', 'limit', 'before'];

/** Reads the query of a list of items. @throws {HttpError} 400 */
export function readPage(query: Readonly<Record<string, unknown>>): ItemPage {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(query)) {
    if (!PARAMETERS.includes(name)) refuseFault(`there is no parameter "${name.slice(0, 60)}"`);
    if (typeof value !== 'string') throw new HttpError(400, `"${name}" is given more than once.`);
    const fault = faultOfText(value);
    if (fault) throw new HttpError(400, `"${name}" has ${fault}.`);
    if (value !== '') texts.set(name, value);
  }
  return {
    filter: {
      stage: oneOf('stage', texts.get('stage'), STAGES),
      state: oneOf('state', texts.get('state'), ITEM_STATES),
      collection: texts.get('collection'),
      path: texts.get('path'),
    },
    before: wholeNumber('before', texts.get('before'), Number.MAX_SAFE_INTEGER),
    limit: wholeNumber('limit', texts.get('limit'), PAGE_LIMITS.most) ?? PAGE_LIMITS.default,
  };
}

/** Reads the id of an item. @throws {HttpError} 404: no item has such an id. */
export function readItemId(text: string): number {
  const id = /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
  if (id === undefined) throw new HttpError(404, 'There is no such item.');
  return id;
}

function oneOf<Value extends string>(
  name: string,
  text: string | undefined,
  values: readonly Value[],
): Value | undefined {
  if (text === undefined) return undefined;
  const value = values.find((each) => each === text);
  if (value === undefined) throw new HttpError(400, `"${name}" has to be one of ${values.join(', ')}.`);
  return value;
}

function wholeNumber(name: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d{1,16}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= most) return number;
  throw new HttpError(400, `"${name}" has to be a whole number from 1 to ${most}.`);
}

function refuseFault(fault: string | undefined): void {
  if (fault !== undefined) throw new HttpError(400, `${fault.charAt(0).toUpperCase()}${fault.slice(1)}.`);
}

function faultOf(errors: typeof isPushBody.errors): string {
  const [error] = errors ?? [];
  if (!error) return 'The body does not fit.';
  const where = error.instancePath === '' ? 'The body' : `"${error.instancePath.slice(1)}"`;
  const { allowedValues, additionalProperty } = error.params as Record<string, unknown>;
  const detail = Array.isArray(allowedValues) ? `: ${allowedValues.join(', ')}` : '';
  const name = typeof additionalProperty === 'string' ? `: "${additionalProperty.slice(0, 60)}"` : '';
  return `${where} ${error.message ?? 'does not fit'}${detail}${name}.`;
}
