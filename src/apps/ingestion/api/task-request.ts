import { Ajv, type ErrorObject } from 'ajv';
import { faultOfText } from '../../../platform/database/storable-text.ts';
import { MODELS } from '../models/index.ts';
import { ACTIONS, type Action } from '../refreshes/actions.ts';
import type { RefreshRequest } from '../refreshes/refresh.ts';

/** The body of a request for a task, once it fits. Names that are not among these are let through, and have no effect. */
interface TaskBody {
  readonly model: string;
  readonly action: Action;
  readonly index_suffix?: string;
  readonly since_date?: string;
  readonly alias?: string;
  readonly origin_index_suffix?: string;
  readonly destination_index_suffix?: string;
  readonly force_delete?: boolean;
  readonly force?: boolean;
  readonly callback_url?: string;
}

/** A body that does not fit; the message says why. */
export class TaskBodyError extends Error {
  override readonly name = 'TaskBodyError';
}

const TEXT = { type: 'string', minLength: 1, maxLength: 250 };

/** A part of a JSON Schema: what a body of an action has to be, besides. */
const where = (action: Action, rule: object) => ({
  if: { properties: { action: { const: action } } },
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so.
  then: rule,
});

const isTaskBody = new Ajv({ allErrors: false }).compile<TaskBody>({
  type: 'object',
  required: ['model', 'action'],
  properties: {
    model: { enum: [...MODELS.keys()] },
    action: { enum: [...ACTIONS] },
    index_suffix: TEXT,
    since_date: TEXT,
    alias: TEXT,
    origin_index_suffix: TEXT,
    destination_index_suffix: TEXT,
    force_delete: { type: 'boolean' },
    force: { type: 'boolean' },
    callback_url: { type: 'string', maxLength: 2_000 },
  },
  allOf: [
    where('PROMOTE', { required: ['index_suffix', 'alias'] }),
    where('POINT_ALIAS', { required: ['index_suffix', 'alias'] }),
    where('UPDATE_INDEX', { required: ['index_suffix', 'since_date'] }),
    where('DELETE_INDEX', { oneOf: [{ required: ['alias'] }, { required: ['index_suffix'] }] }),
  ],
});

/** Reads the body of a request for a task. @throws {TaskBodyError} */
export function readTaskRequest(body: unknown): RefreshRequest {
  if (!isTaskBody(body)) throw new TaskBodyError(faultOf(isTaskBody.errors ?? []));
  refuseUnstorable(body);
  return {
    model: body.model,
    action: body.action,
    indexSuffix: body.index_suffix,
    alias: body.alias,
    sinceDate: readDate(body.since_date),
    originIndexSuffix: body.origin_index_suffix,
    destinationIndexSuffix: body.destination_index_suffix,
    isForced: body.action === 'DELETE_INDEX' ? body.force_delete : body.force,
    callbackUrl: readCallbackUrl(body.callback_url),
  };
}

function faultOf(errors: readonly ErrorObject[]): string {
  if (errors.some(({ keyword }) => keyword === 'oneOf')) {
    return 'The body must have exactly one of "alias" and "index_suffix"';
  }
  const [error] = errors;
  if (error === undefined) return 'The body does not fit';
  const where = error.instancePath === '' ? 'The body' : `"${error.instancePath.slice(1)}"`;
  const allowed: unknown = error.params['allowedValues'];
  const values = Array.isArray(allowed) ? `: ${allowed.join(', ')}` : '';
  return `${where} ${error.message ?? 'is wrong'}${values}`;
}

function refuseUnstorable(body: TaskBody): void {
  for (const [name, value] of Object.entries(body)) {
    const fault = typeof value === 'string' ? faultOfText(value) : undefined;
    if (fault !== undefined) throw new TaskBodyError(`"${name.slice(0, 100).toWellFormed()}" has ${fault}`);
  }
}

/** A date without a time begins in UTC. */
function readDate(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const date = new Date(text);
  const year = date.getUTCFullYear();
  if (Number.isNaN(year) || year < 1 || year > 9_999) throw new TaskBodyError('"since_date" must be a date');
  return date.toISOString();
}

function readCallbackUrl(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new TaskBodyError('"callback_url" must be a URL with http or https, without credentials');
  }
  return url.href;
}
