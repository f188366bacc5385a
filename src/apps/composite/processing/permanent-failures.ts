import { DlcsError } from '../dlcs/dlcs-client.ts';
import { FormatStringError } from '../formatting/format-string.ts';
import { OriginError } from '../origin/origin-error.ts';
import { InvalidPdfError, PageRasterizationError, PdfLimitError } from '../rasterizers/rasterizer.ts';

/**
 * What the DLCS says of a batch that it will not take another time: the batch, or the caller's credentials, would be the
 * same.
 */
const PERMANENT_DLCS_STATUSES = [400, 401, 403, 413, 422];

/**
 * Whether every later attempt at a member would fail in the same way: only another submission, or other settings, can
 * help. All other failures may be temporary, such as those of S3, the scratch directory and the network.
 */
export function isPermanentFailure(error: Error): boolean {
  if (
    error instanceof OriginError ||
    error instanceof InvalidPdfError ||
    error instanceof PageRasterizationError
  ) {
    return error.isPermanent;
  }
  if (error instanceof DlcsError) {
    return error.failure === 'refused' && PERMANENT_DLCS_STATUSES.includes(error.status ?? 0);
  }
  return error instanceof PdfLimitError || error instanceof FormatStringError;
}
