import { buffer } from 'node:stream/consumers';
import pLimit from 'p-limit';
import type { Sharp } from 'sharp';
import type { Platform } from '../../../platform/platform.ts';
import { ObjectStorageError } from '../../../platform/storage/object-storage-error.ts';
import { findMember } from '../members/members.ts';
import { openPageBucket } from '../pages/page-bucket.ts';
import { ownerOf } from '../pages/page-owner.ts';
import { keyOfSibling, PageStore } from '../pages/page-store.ts';
import { parsePortablePixmap } from '../rasterizers/portable-pixmap.ts';

/** The longer edge of a preview. */
const PREVIEW_LENGTH_PIXELS = 360;

/** A page larger than this has no preview: all of it has to be in memory. A page of 500 DPI in A3 as PPM has less. */
const LARGEST_PAGE_BYTES = 160 * 1024 ** 2;

/** Previews that are made at a time; each takes a processor, and a page's memory. */
const PREVIEWS_AT_A_TIME = 2;

/** How long a link to a page can be followed. */
const LINK_LIFE_SECONDS = 300;

/** A small picture of a page. */
export interface PagePreview {
  readonly jpeg: Buffer;
}

/** A page that has no preview, and why. */
export class NoPreviewError extends Error {
  override readonly name = 'NoPreviewError';
}

/**
 * Small pictures of the pages in S3, made here: browsers need no way to S3 for them, load no whole pages, and see
 * those of formats that they do not know.
 */
export class PagePreviews {
  readonly #platform: Platform;
  readonly #limit = pLimit(PREVIEWS_AT_A_TIME);

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /**
   * Makes the preview of a page; returns undefined if there is no such page.
   *
   * @param signal fires when the preview is no longer wanted.
   * @throws {NoPreviewError}
   * @throws {ObjectStorageError}
   */
  async preview(memberId: string, pageNumber: number, signal: AbortSignal): Promise<PagePreview | undefined> {
    const key = await this.#keyOf(memberId, pageNumber);
    if (key === undefined) return undefined;
    return this.#limit(async () => {
      signal.throwIfAborted();
      const page = await this.#read(key, signal);
      return page && { jpeg: await shrink(page) };
    });
  }

  /** A link to a whole page in S3, for some minutes; undefined if there is no such page. */
  async link(memberId: string, pageNumber: number): Promise<string | undefined> {
    const key = await this.#keyOf(memberId, pageNumber);
    return key && (await openPageBucket(this.#platform).signedUrlOf(key, LINK_LIFE_SECONDS));
  }

  /** Where a member's batches say that its pages are; before it has any, where they would be stored now. */
  async #keyOf(memberId: string, pageNumber: number): Promise<string | undefined> {
    const { database } = this.#platform;
    const objectStorage = openPageBucket(this.#platform);
    const first: { url: string | null } | undefined = await database('composite.batches')
      .where({ member_id: memberId, position: 0 })
      .first(database.raw(`request #>> '{member,0,origin}' AS url`));
    if (first) {
      const key = await objectStorage.keyOf(first.url ?? '');
      return key && keyOfSibling(key, pageNumber);
    }
    const member = await findMember(database, memberId);
    return member && PageStore.open(this.#platform, ownerOf(member)).keyOf(pageNumber);
  }

  async #read(key: string, signal: AbortSignal): Promise<Buffer | undefined> {
    try {
      const { body, sizeBytes = 0 } = await openPageBucket(this.#platform).readOwn(key, { signal });
      if (sizeBytes > LARGEST_PAGE_BYTES) {
        body.destroy();
        throw new NoPreviewError('This page is too large for a preview. Open it to see it.');
      }
      return await buffer(body);
    } catch (error) {
      if (error instanceof ObjectStorageError && isMissing(error.cause)) return undefined;
      throw error;
    }
  }
}

async function shrink(page: Buffer): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const pixmap = parsePortablePixmap(page);
  try {
    const image: Sharp = pixmap
      ? sharp(pixmap.pixels, {
          raw: { width: pixmap.widthPixels, height: pixmap.heightPixels, channels: 3 },
        })
      : sharp(page, { sequentialRead: true, limitInputPixels: false });
    return await image
      .resize(PREVIEW_LENGTH_PIXELS, PREVIEW_LENGTH_PIXELS, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#fff' })
      .jpeg({ quality: 72 })
      .toBuffer();
  } catch (error) {
    throw new NoPreviewError('The stored page is not a readable image.', { cause: error });
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && ['NoSuchKey', 'NotFound'].includes(cause.name);
}
