import { types } from 'node:util';
import { errorMessage } from './error-message.ts';

/** Characters of a response that an error shows. */
const SHOWN_CHARACTERS = 300;

/**
 * What the AWS SDK, a service of Amazon's, or the system said of a failed request, in one line: its name, its code,
 * its message, and the status of the response, each if there is one.
 */
export function describeAwsFailure(error: unknown): string {
  const unreadable = describeUnreadableAnswer(error);
  if (unreadable !== undefined) return unreadable;
  const status = statusOf(error);
  const parts = [...new Set([...namesOf(error), messageOf(error)])].filter((part) => part !== '');
  return `${parts.join(': ')}${status === undefined ? '' : ` (HTTP ${status})`}`;
}

/**
 * What came in place of the XML or JSON of a service: the page of a proxy, or of another server at that address. The
 * SDK's message has advice for programmers there.
 */
function describeUnreadableAnswer(error: unknown): string | undefined {
  if (!types.isNativeError(error) || !error.message.includes('Deserialization error')) return undefined;
  const status = statusOf(error);
  const body = bodyOf(error).replace(/\s+/g, ' ').trim();
  const start = body.length > SHOWN_CHARACTERS ? `${body.slice(0, SHOWN_CHARACTERS)}…` : body;
  return `the response ${status === undefined ? '' : `(HTTP ${status}) `}is not one of the service: ${start || '(an empty body)'}`;
}

function bodyOf(error: Error): string {
  const response: unknown = '$response' in error ? error.$response : undefined;
  const body: unknown =
    typeof response === 'object' && response !== null && 'body' in response ? response.body : undefined;
  return typeof body === 'string' ? body : '';
}

/** The error's own name, and the system's code; a bare `Error` and the SDK's `UnknownError` say nothing. */
function namesOf(error: unknown): string[] {
  if (!types.isNativeError(error)) return [];
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return [error.name, code].filter((name) => !['', 'Error', 'UnknownError', 'Unknown'].includes(name));
}

function messageOf(error: unknown): string {
  const message = errorMessage(error);
  return message === 'UnknownError' ? '' : message;
}

function statusOf(error: unknown): number | undefined {
  if (!types.isNativeError(error) || !('$metadata' in error)) return undefined;
  const metadata: unknown = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
