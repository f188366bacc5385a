import type { Request } from 'express';
import { TaskQueueError } from './task-queue-error.ts';

type Query = Pick<Request, 'query'>;

/** Returns a parameter of the query; `undefined` if it is absent or empty. @throws {TaskQueueError} if it is repeated. */
export function textParameter(request: Query, name: string): string | undefined {
  const value = request.query[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw new TaskQueueError(400, `${name} must be given once.`);
  return value;
}

/** Returns whether a parameter is there, even an empty one. */
export function hasParameter(request: Query, name: string): boolean {
  return request.query[name] !== undefined;
}

/** Returns a yes or no: `true`, `false`, `1` or `0`; absent or empty is no. @throws {TaskQueueError} */
export function booleanParameter(request: Query, name: string): boolean {
  const value = textParameter(request, name)?.toLowerCase();
  if (value === undefined || value === 'false' || value === '0') return false;
  if (value === 'true' || value === '1') return true;
  throw new TaskQueueError(400, `${name} must be true or false.`);
}

/**
 * Returns a whole number of at least 0; `undefined` if it is absent. A fraction of zeros is read away, as some clients
 * send `50.0`.
 *
 * @throws {TaskQueueError}
 */
export function wholeParameter(request: Query, name: string): number | undefined {
  const value = textParameter(request, name);
  if (value === undefined) return undefined;
  if (!/^\d{1,15}(\.0+)?$/.test(value)) throw new TaskQueueError(400, `${name} must be an integer.`);
  return Number(value);
}
