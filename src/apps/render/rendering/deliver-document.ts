import type { Platform } from '../../../platform/platform.ts';
import type { RenderedDocument } from '../documents/render-document.ts';
import { renderSettings } from '../settings.ts';
import { openDocumentBucket } from './document-bucket.ts';
import type { JsonObject } from './json-object.ts';
import { inlineResult, linkedResult, type ResultOrigin } from './result-payload.ts';

/**
 * Makes the result of a document: with the document in it, or, if that is too large, with a link to S3.
 *
 * @param rowId the key of the pull task; documents of the same task replace each other in S3.
 * @throws {ObjectStorageError}
 */
export async function deliverDocument(
  platform: Pick<Platform, 'bucket' | 'settingsOf'>,
  { filename, pdf, pages, seed }: RenderedDocument,
  { rowId, origin, signal }: { rowId: string; origin: ResultOrigin; signal: AbortSignal },
): Promise<JsonObject> {
  const { results } = platform.settingsOf(renderSettings);
  const base64Bytes = Math.ceil(pdf.byteLength / 3) * 4;
  const bytes = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  if (base64Bytes <= results.inlineBytes) {
    return inlineResult({ ...origin, filename, documentBase64: bytes.toString('base64'), seed, pages });
  }
  const bucket = openDocumentBucket(platform, { results });
  const key = [results.directory, `${rowId}.pdf`].filter((part) => part !== '').join('/');
  await bucket.put(key, bytes, 'application/pdf', signal);
  const url =
    results.linkSeconds === 0 ? await bucket.urlOf(key) : await bucket.signedUrlOf(key, results.linkSeconds);
  return linkedResult({ ...origin, filename, url, seed, pages });
}
