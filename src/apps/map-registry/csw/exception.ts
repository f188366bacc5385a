import { type ExceptionReport, owsExceptionReport } from '../../../map-kit/exception-report.ts';
import { OgcError } from '../../../map-kit/ogc-error.ts';
import { HttpError } from '../../../platform/http/http-error.ts';
import type { CswVersion } from './csw-version.ts';

/** Errors of Postgres that another request has caused: it stored the same at the same time, or both waited for each other. */
const CONFLICTS = ['23505', '40001', '40P01'];

/** Returns the report of a failure for a client. Internal errors are reported without details, which go to the log. */
export function describeFailure(error: unknown): OgcError {
  if (error instanceof OgcError) return error;
  if (error instanceof HttpError) return failed(error.status, error.message, error);
  if (isParserError(error)) return failed(error.status, error.message, error);
  if (error instanceof Error && 'code' in error && CONFLICTS.includes(String(error.code))) {
    return failed(409, 'Another request changed the same records. Try again.', error);
  }
  return failed(500, 'The server could not answer; its log says why.', error);
}

/** Returns the report of a failure. @param isStrict whether its status is an error; the original registry sent 200. */
export function exceptionReport(failure: OgcError, version: CswVersion, isStrict: boolean): ExceptionReport {
  const report = owsExceptionReport(
    failure,
    version === '3.0.0' ? '2.0' : '1.0',
    version === '3.0.0' ? '3.0.0' : '1.2.0',
  );
  return isStrict ? report : { ...report, status: 200 };
}

function failed(status: number, message: string, cause: unknown): OgcError {
  return new OgcError('NoApplicableCode', message, { status, cause });
}

/** Of the reader of bodies: too large, broken off, an unknown encoding. */
function isParserError(error: unknown): error is Error & { readonly status: number } {
  return (
    error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500
  );
}
