import type { Platform } from '../../../platform/platform.ts';
import type { ObjectStorage } from '../../../platform/storage/object-storage.ts';
import { freePage, PAGE_MEDIA_TYPES, type PageImage } from '../rasterizers/rasterizer.ts';
import { type CompositeSettings, compositeSettings, type PageFormat } from '../settings.ts';
import { openPageBucket } from './page-bucket.ts';
import { compositeFolder, type PageOwner, pageFolder } from './page-folder.ts';

/**
 * Digits of a page's number in its key. One width for all PDFs: so a version with 9 pages and one with 1,000
 * name the same page alike, and the later one overwrites the earlier.
 */
const PAGE_NUMBER_DIGITS = 5;

const PAGE_FILE_PATTERN = /^page-(\d{5,})\.(ppm|jpg|png|tiff)$/;

/** Orphans that are removed with one request. */
const ORPHANS_AT_ONCE = 1_000;

/**
 * The key of another page of the same PDF, wherever its pages were stored; undefined if the key is that of no
 * page of ours.
 */
export function keyOfSibling(key: string, pageNumber: number): string | undefined {
  const end = key.lastIndexOf('/') + 1;
  const [, , format] = PAGE_FILE_PATTERN.exec(key.slice(end)) ?? [];
  return format === undefined ? undefined : `${key.slice(0, end)}${pageFile(pageNumber, format)}`;
}

function pageFile(pageNumber: number, format: string): string {
  return `page-${String(pageNumber).padStart(PAGE_NUMBER_DIGITS, '0')}.${format}`;
}

/** How the storing of pages is watched. */
export interface PageStoreListener {
  /** One more page is in S3. */
  stored(): void;
  /** All pages are drawn; the last of them are still on their way. */
  allDrawn(): Promise<void>;
}

/** The pages of one PDF in S3, below `{prefix}/{customer}/{space}/{compositeId or member id}/`. */
export class PageStore {
  /** Opens the store of a member's pages in the bucket of the settings. */
  static open(platform: Pick<Platform, 'bucket' | 'settingsOf'>, owner: PageOwner): PageStore {
    return new PageStore(openPageBucket(platform), platform.settingsOf(compositeSettings), owner);
  }

  readonly #objectStorage: ObjectStorage;
  readonly #uploadThreads: number;
  readonly #folder: string;
  readonly #format: PageFormat;
  readonly #isMembersOwn: boolean;

  constructor(
    objectStorage: ObjectStorage,
    settings: Pick<CompositeSettings, 'storage' | 'rasterizer'>,
    owner: PageOwner,
  ) {
    this.#objectStorage = objectStorage;
    this.#uploadThreads = settings.storage.uploadThreads;
    this.#format = settings.rasterizer.format;
    this.#isMembersOwn = compositeFolder(owner.compositeId) === undefined;
    const { keyPrefix } = settings.storage;
    this.#folder = `${keyPrefix === '' ? '' : `${keyPrefix}/`}${pageFolder(owner)}`;
  }

  /** Whether no other member's pages are in the same folder, ever. */
  get isMembersOwn(): boolean {
    return this.#isMembersOwn;
  }

  /** The pages' true media type. */
  get mediaType(): string {
    return PAGE_MEDIA_TYPES[this.#format];
  }

  /**
   * Stores pages as they come, `DLCS_S3_UPLOAD_THREADS` at a time; the next page is taken only when an upload
   * is free, so that no more than these are in memory.
   *
   * @param open gives the pages; its signal fires as soon as one upload has failed.
   * @returns how many pages were stored.
   * @throws {ObjectStorageError} of the first upload that failed, or whatever the pages throw.
   */
  async storeAll(
    open: (signal: AbortSignal) => AsyncIterable<PageImage>,
    listener: PageStoreListener,
    signal: AbortSignal,
  ): Promise<number> {
    const uploads = new Set<Promise<void>>();
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    let count = 0;
    try {
      for await (const page of open(either)) {
        either.throwIfAborted();
        count += 1;
        const upload = this.#store(page, either).then(() => {
          freePage(page);
          listener.stored();
        });
        uploads.add(upload);
        upload.then(
          () => uploads.delete(upload),
          (error: unknown) => stop.abort(error),
        );
        if (uploads.size >= this.#uploadThreads) await Promise.race(uploads);
      }
      await listener.allDrawn();
      await Promise.all(uploads);
    } catch (error) {
      // What came first: the upload that failed, not the pages that were stopped because of it.
      const failure: unknown = stop.signal.aborted ? stop.signal.reason : error;
      // Where it was a page, uploads end by themselves: S3 may store later what is broken off.
      await Promise.allSettled(uploads);
      signal.throwIfAborted();
      throw failure;
    }
    return count;
  }

  /** Where the DLCS fetches a page. @throws {ObjectStorageError} */
  urlOf(pageNumber: number): Promise<string> {
    return this.#objectStorage.urlOf(this.keyOf(pageNumber));
  }

  /**
   * Removes pages that an earlier version of the same composite left behind: those behind the last one (all of
   * them, with a page count of 0), and those of another format. Files that are no pages of ours are left alone.
   *
   * @returns how many were removed.
   * @throws {ObjectStorageError}
   */
  async removeOrphans(pageCount: number, signal: AbortSignal): Promise<number> {
    let removed = 0;
    let orphans: string[] = [];
    const remove = async () => {
      await this.#objectStorage.remove(orphans, signal);
      removed += orphans.length;
      orphans = [];
    };
    for await (const key of this.#objectStorage.list(`${this.#folder}/page-`, signal)) {
      const [, number, format] = PAGE_FILE_PATTERN.exec(key.slice(this.#folder.length + 1)) ?? [];
      if (number === undefined) continue;
      if (Number(number) > pageCount || format !== this.#format) orphans.push(key);
      if (orphans.length === ORPHANS_AT_ONCE) await remove();
    }
    await remove();
    return removed;
  }

  #store(page: PageImage, signal: AbortSignal): Promise<void> {
    return this.#objectStorage.put(this.keyOf(page.pageNumber), page.body, this.mediaType, signal);
  }

  /** Where a page is in the bucket. */
  keyOf(pageNumber: number): string {
    return `${this.#folder}/${pageFile(pageNumber, this.#format)}`;
  }
}
