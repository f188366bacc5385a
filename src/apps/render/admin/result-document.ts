import { buffer } from 'node:stream/consumers';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { openDocumentBucket } from '../rendering/document-bucket.ts';
import type { JsonObject } from '../rendering/json-object.ts';
import { renderSettings } from '../settings.ts';

/** A PDF of a result. */
export interface ResultDocument {
  readonly pdf: Buffer;
  readonly filename: string;
}

/** Returns whether the admin can show the PDF of a payload. */
export async function hasDocument(context: AppContext, payload: JsonObject): Promise<boolean> {
  return inlinePdf(payload) !== undefined || (await ownKeyOf(context, payload)) !== undefined;
}

/**
 * Returns the PDF of a payload: the one in it, or the one in our bucket that it has a link to, also when that link has
 * expired. `undefined` if it has none.
 *
 * @throws {ObjectStorageError}
 */
export async function readDocument(
  context: AppContext,
  payload: JsonObject,
  signal: AbortSignal,
): Promise<ResultDocument | undefined> {
  const pdf = inlinePdf(payload) ?? (await storedPdf(context, payload, signal));
  const { filename } = payload;
  return pdf && { pdf, filename: typeof filename === 'string' ? filename : 'document.pdf' };
}

/** Returns where a payload has a link to a document; `null` if it has none. */
export function linkOf({ kind, url }: JsonObject): string | null {
  return kind === 'result#link' && typeof url === 'string' && /^https?:\/\//.test(url) ? url : null;
}

function inlinePdf({ document }: JsonObject): Buffer | undefined {
  return typeof document === 'string' ? asPdf(Buffer.from(document, 'base64')) : undefined;
}

async function storedPdf(
  context: AppContext,
  payload: JsonObject,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const key = await ownKeyOf(context, payload);
  if (key === undefined) return undefined;
  const { results } = context.platform.settingsOf(renderSettings);
  const { body } = await openDocumentBucket(context.platform, { results }).readOwn(key, { signal });
  return asPdf(await buffer(body));
}

/** Anybody may insert a result: a link leads to nothing in our bucket but documents. */
async function ownKeyOf({ platform }: AppContext, payload: JsonObject): Promise<string | undefined> {
  const link = linkOf(payload);
  if (link === null) return undefined;
  const { results } = platform.settingsOf(renderSettings);
  const [withoutSignature = ''] = link.split('?');
  const key = await openDocumentBucket(platform, { results }).keyOf(withoutSignature);
  const directory = results.directory === '' ? '' : `${results.directory}/`;
  return key?.startsWith(directory) && /^[\da-f-]{36}\.pdf$/.test(key.slice(directory.length))
    ? key
    : undefined;
}

function asPdf(bytes: Buffer): Buffer | undefined {
  return bytes.subarray(0, 5).toString('latin1') === '%PDF-' ? bytes : undefined;
}
