import type { estypes } from '@elastic/elasticsearch';
import {
  IndexNotFoundError,
  SearchEngineRefusalError,
  SearchEngineUnavailableError,
} from './search-engine-errors.ts';
import type { WireResponse } from './wire-client.ts';

const LONGEST_REASON_CHARACTERS = 500;

/** Statuses after which the same request may succeed. */
const TEMPORARY_STATUSES = [408, 429, 500, 502, 503, 504];

/** Returns the error of a response with a status from 400 on. */
export function failureOfResponse(
  { status, body }: WireResponse<unknown>,
  title: string,
  name: string,
): Error {
  const cause = causeIn(body);
  if (status === 404 && (cause?.type === undefined || cause.type === 'index_not_found_exception')) {
    return new IndexNotFoundError(name);
  }
  const message = `${title}: ${status} ${reasonOf(cause)}`.trim();
  return TEMPORARY_STATUSES.includes(status)
    ? new SearchEngineUnavailableError(message)
    : new SearchEngineRefusalError(message);
}

/** Returns a reason for people, of a length that can be stored. */
export function reasonOf(cause: Pick<estypes.ErrorCause, 'type' | 'reason'> | undefined): string {
  if (!cause) return '';
  return [cause.type, cause.reason].filter(Boolean).join(': ').slice(0, LONGEST_REASON_CHARACTERS);
}

function causeIn(body: unknown): { type: string; reason?: string } | undefined {
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined;
  const { error } = body;
  if (typeof error === 'string') return { type: error };
  if (typeof error !== 'object' || error === null || !('type' in error)) return undefined;
  const reason = 'reason' in error && typeof error.reason === 'string' ? { reason: error.reason } : {};
  return { type: String(error.type), ...reason };
}
