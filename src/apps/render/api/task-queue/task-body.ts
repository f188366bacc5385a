import { faultOfText } from '../../../../platform/database/storable-text.ts';
import { isPossibleName, isPossibleTag } from '../../pull-queues/names.ts';
import type { NewPullTask } from '../../pull-queues/pull-task.ts';
import { TaskQueueError } from './task-queue-error.ts';

/** What a task may have in a body (`taskqueues#task`). */
const KEYS = [
  'kind',
  'id',
  'queueName',
  'payloadBase64',
  'enqueueTimestamp',
  'leaseTimestamp',
  'retry_count',
  'tag',
];

/** The greatest value of Postgres's `integer`. */
const GREATEST_INTEGER = 2_147_483_647;

/** The fields of an object of JSON. */
export type JsonFields = Readonly<Record<string, unknown>>;

/** Returns the fields of a body. `null` counts as absent. @throws {TaskQueueError} if it is no object. */
export function readFields(body: unknown): JsonFields {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new TaskQueueError(400, 'The body must be a JSON object.');
  }
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

/**
 * Reads the task that a client inserts.
 *
 * @throws {TaskQueueError} for what cannot be stored, or is larger than `maximumTaskBytes`.
 */
export function readNewTask(
  body: unknown,
  maximumTaskBytes: number,
): NewPullTask & { readonly queueName: string } {
  const fields = readFields(body);
  const unknown = Object.keys(fields).find((key) => !KEYS.includes(key));
  if (unknown !== undefined)
    throw new TaskQueueError(400, `Unknown field ${JSON.stringify(unknown.slice(0, 100))}.`);
  textField(fields, 'kind');
  const queueName = requiredText(fields, 'queueName');
  const payloadBase64 = requiredText(fields, 'payloadBase64');
  if (Buffer.byteLength(payloadBase64) > maximumTaskBytes) {
    throw new TaskQueueError(413, `payloadBase64 must not be larger than ${maximumTaskBytes} bytes.`);
  }
  if (faultOfText(payloadBase64)) throw new TaskQueueError(400, 'payloadBase64 must be base64.');
  const id = textField(fields, 'id') || undefined;
  if (id !== undefined && !isPossibleName(id)) throw new TaskQueueError(400, 'Task name is invalid.');
  const tag = textField(fields, 'tag') ?? '';
  if (!isPossibleTag(tag)) throw new TaskQueueError(400, 'The tag is invalid.');
  return {
    id,
    queueName,
    payloadBase64,
    tag,
    enqueuedMicroseconds: wholeField(fields, 'enqueueTimestamp', Number.MAX_SAFE_INTEGER),
    leasedUntilMicroseconds: wholeField(fields, 'leaseTimestamp', Number.MAX_SAFE_INTEGER),
    retryCount: wholeField(fields, 'retry_count', GREATEST_INTEGER) ?? 0,
  };
}

function requiredText(fields: JsonFields, name: string): string {
  const value = textField(fields, name);
  if (value === undefined) throw new TaskQueueError(400, `${name} is required.`);
  return value;
}

function textField(fields: JsonFields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new TaskQueueError(400, `${name} must be a string.`);
}

/** A number, or its digits, as clients write an `int64`. */
function wholeField(fields: JsonFields, name: string, maximum: number): number | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= maximum)
    return number;
  throw new TaskQueueError(400, `${name} must be an integer from 0 to ${maximum}.`);
}
