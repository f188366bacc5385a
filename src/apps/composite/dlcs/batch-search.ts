import type { JsonValue } from '../../../queue/index.ts';
import type { DlcsClient, DlcsPage, JsonObject } from './dlcs-client.ts';

/** How far the DLCS's clock may be from ours. */
const CLOCK_SKEW_SECONDS = 15 * 60;

/** How far apart the moments of one batch may be in two responses: one may have fewer digits. */
const SAME_MOMENT_MILLISECONDS = 1_000;

/** Batches, or images, that are asked for at once. */
const PAGE_SIZE = 100;

/** Pages of batches that are read at most. */
const MAXIMUM_PAGES = 100;

/** What {@link findPostedBatch} found. */
export type BatchSearch =
  | { readonly kind: 'found'; readonly batch: DlcsBatch }
  | { readonly kind: 'absent' }
  /** The DLCS has no way to ask. */
  | { readonly kind: 'unsupported' };

/** A batch as the DLCS lists it. */
export interface DlcsBatch {
  readonly uri: string;
  readonly body: JsonObject;
}

/** What the DLCS returned for a batch when it took it. */
export interface KnownBatch {
  readonly uri: string;
  /** As the response has it; `null` if it does not. */
  readonly submitted: JsonValue;
}

/** What is searched for, and in whose name. */
export interface BatchSearchRequest {
  readonly client: DlcsClient;
  readonly customer: number;
  readonly authorization: string;
  /** The `hydra:Collection` that was posted. */
  readonly collection: JsonObject;
  readonly postedEpochSeconds: number;
  /** URIs of batches whose responses have come: those are other batches, and are left out. */
  readonly findKnownBatches: (uris: readonly string[]) => Promise<readonly KnownBatch[]>;
  readonly signal: AbortSignal;
}

/** The DLCS lists more batches than can be looked through. */
export class BatchSearchError extends Error {
  override readonly name = 'BatchSearchError';
}

/**
 * Looks for a batch that was posted, and whose response was lost: among the batches that the DLCS took since then,
 * the one with the same images.
 *
 * @throws {DlcsError} if the DLCS cannot be asked now; a later try may succeed.
 * @throws {BatchSearchError}
 */
export async function findPostedBatch(request: BatchSearchRequest): Promise<BatchSearch> {
  const images = membersOf(request.collection);
  const since = (request.postedEpochSeconds - CLOCK_SKEW_SECONDS) * 1_000;
  const path = `/customers/${request.customer}/queue/batches`;
  for await (const page of pagesSince(request, path, since)) {
    if (page === undefined) return { kind: 'unsupported' };
    const candidates = page.members.flatMap((body): DlcsBatch[] => {
      const uri = body['@id'];
      const isAlike = body['count'] === images.length && submittedOf(body) >= since;
      return typeof uri === 'string' && isAlike ? [{ uri, body }] : [];
    });
    if (candidates.length === 0) continue;
    const known = await request.findKnownBatches(candidates.map(({ uri }) => uri));
    for (const batch of candidates) {
      if (known.some((other) => isSameBatch(other, batch))) continue;
      const held = await readImages(request, `${path}/${lastSegment(batch.uri)}/images`, images.length);
      if (held === undefined) return { kind: 'unsupported' };
      if (areSameImages(images, held)) return { kind: 'found', batch };
    }
  }
  return { kind: 'absent' };
}

/**
 * The pages of a customer's batches that may hold one of the time in question; `undefined` if the DLCS does
 * not list batches. In which order it lists them is for it to choose: oldest first, they are read from the end.
 */
async function* pagesSince(
  request: BatchSearchRequest,
  path: string,
  since: number,
): AsyncGenerator<DlcsPage | undefined> {
  const first = await readPage(request, path, 1);
  yield first;
  if (first === undefined || first.members.length === 0) return;
  const { members, totalItems } = first;
  const isOldestFirst = submittedOf(members[0]) < submittedOf(members.at(-1));
  // The page size that was asked for is not always the one that is given.
  const lastPageNumber =
    totalItems === undefined ? Number.POSITIVE_INFINITY : Math.ceil(totalItems / members.length);
  if (!isOldestFirst && isBefore(first, since)) return;
  const fromEnd = isOldestFirst && totalItems !== undefined;
  for (let step = 2; step <= lastPageNumber; step += 1) {
    if (step > MAXIMUM_PAGES) {
      throw new BatchSearchError(
        `The DLCS lists too many batches at ${path} to find out whether it has one whose answer was lost: ${MAXIMUM_PAGES} pages were read`,
      );
    }
    const page = await readPage(request, path, fromEnd ? lastPageNumber - step + 2 : step);
    yield page;
    if (page === undefined || page.members.length === 0) return;
    if ((fromEnd || !isOldestFirst) && isBefore(page, since)) return;
  }
}

function isBefore(page: DlcsPage, since: number): boolean {
  return page.members.every((batch) => submittedOf(batch) < since);
}

/**
 * A URI alone does not tell: a DLCS that lost its data, or was restored from a copy, gives the URIs that it gave
 * before to other batches. Both moments are by the DLCS's own clock.
 */
function isSameBatch(known: KnownBatch, { uri, body }: DlcsBatch): boolean {
  if (known.uri !== uri) return false;
  const [then, now] = [timeOf(known.submitted), timeOf(body['submitted'])];
  return then === undefined || now === undefined || Math.abs(then - now) < SAME_MOMENT_MILLISECONDS;
}

/** Milliseconds since 1970; a batch that does not say when it was submitted may be of any time. */
function submittedOf(batch: JsonObject | undefined): number {
  return timeOf(batch?.['submitted']) ?? Number.POSITIVE_INFINITY;
}

/** Milliseconds since 1970; `undefined` for what is no time. */
function timeOf(submitted: JsonValue | undefined): number | undefined {
  if (typeof submitted !== 'string') return undefined;
  // Without a time zone it is UTC.
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(submitted);
  const time = Date.parse(hasZone ? submitted : `${submitted}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** The images of a batch that says it has `count` of them; `undefined` if the DLCS does not list them. */
async function readImages(
  request: BatchSearchRequest,
  path: string,
  count: number,
): Promise<JsonObject[] | undefined> {
  const images: JsonObject[] = [];
  for (let pageNumber = 1; images.length < count; pageNumber += 1) {
    const page = await readPage(request, path, pageNumber);
    if (page === undefined) return undefined;
    images.push(...page.members);
    if (page.members.length === 0) break;
  }
  return images;
}

function readPage(
  { client, authorization, signal }: BatchSearchRequest,
  path: string,
  pageNumber: number,
): Promise<DlcsPage | undefined> {
  return client.readPage(path, pageNumber, PAGE_SIZE, authorization, signal);
}

/** A page's origin is its own within a batch. A DLCS may return an id with customer and space before it. */
function areSameImages(posted: readonly JsonObject[], held: readonly JsonObject[]): boolean {
  if (posted.length !== held.length) return false;
  const idsByOrigin = new Map(held.map((image) => [image['origin'], String(image['id'])]));
  return posted.every(({ id, origin }) => {
    const heldId = idsByOrigin.get(origin);
    return heldId !== undefined && (heldId === id || heldId.endsWith(`/${id}`));
  });
}

function membersOf(collection: JsonObject): JsonObject[] {
  const members = collection['member'];
  return Array.isArray(members) ? members : [];
}

/** A batch is asked for below the API's own root, whatever host its URI names: credentials go nowhere else. */
function lastSegment(uri: string): string {
  return uri.replace(/[/]+$/, '').split('/').at(-1) ?? '';
}
