import { types } from 'node:util';
import { errorMessage } from './error-message.ts';

/**
 * What the AWS SDK, a service of Amazon's, or the system said of a failed request, in one line: its name, its code,
 * its message, and the answer's status, each where there is one.
 */
export function describeAwsFailure(error: unknown): string {
  const status = statusOf(error);
  const parts = [...new Set([...namesOf(error), messageOf(error)])].filter((part) => part !== '');
  return `${parts.join(': ')}${status === undefined ? '' : ` (HTTP ${status})`}`;
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
