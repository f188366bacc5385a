import picomatch from 'picomatch';
import type { FileStore, StoredFile } from '../files/file-store.ts';
import { FileStoreError } from '../files/file-store-error.ts';
import { MetadataError } from '../metadata/metadata-error.ts';

/** The files of a product, by what they are. */
export interface ProductFiles {
  /** The prefix, without a slash at its end. */
  readonly prefix: string;
  readonly images: readonly StoredFile[];
  readonly metadata: readonly StoredFile[];
  /** Pictures for people. */
  readonly quicklooks: readonly StoredFile[];
  readonly others: readonly StoredFile[];
  /** What a preprocessor of this server has left for the registrar, by its name. */
  readonly notes: ReadonlyMap<string, StoredFile>;
}

/** Files of a product, at most. */
const MOST_FILES = 10_000;

/** Files whose names begin so are not the product's. */
const NOTE = /^_(pushed|metadata|manifest)\.json$/;

/**
 * Finds the files of a product.
 *
 * @param prefix without a slash at its end.
 * @throws {MetadataError} the prefix cannot be one of the store's, or there is nothing.
 * @throws {FileStoreError}
 */
export async function findProductFiles(
  store: FileStore,
  prefix: string,
  metadataGlob: string,
  signal: AbortSignal,
): Promise<ProductFiles> {
  const files = await list(store, prefix, signal);
  const isMetadata = picomatch(metadataGlob, { dot: true, basename: !metadataGlob.includes('/') });
  const notes = new Map<string, StoredFile>();
  const kinds = { images: [], metadata: [], quicklooks: [], others: [] } as Record<Kind, StoredFile[]>;
  for (const file of files) {
    const name = file.path.slice(prefix.length + 1);
    if (NOTE.test(name)) notes.set(name, file);
    else kinds[kindOf(file.path, isMetadata(name === '' ? file.path : name))].push(file);
  }
  return { prefix, ...kinds, notes };
}

type Kind = 'images' | 'metadata' | 'quicklooks' | 'others';

function kindOf(path: string, isMetadata: boolean): Kind {
  if (/\.tiff?$/i.test(path)) return 'images';
  if (isMetadata) return 'metadata';
  return /\.(jpe?g|png|gif|webp)$/i.test(path) ? 'quicklooks' : 'others';
}

/**
 * Returns the prefix within the store that a pushed path names, which may be the whole address: `s3://bucket/prefix`.
 *
 * @throws {MetadataError}
 */
export function prefixInStore(store: Pick<FileStore, 'url'>, path: string): string {
  const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(path);
  if (isAddress && !path.startsWith(`${store.url}/`)) {
    throw new MetadataError(
      `The prefix ${path.slice(0, 200)} is outside of ${store.url}, where products are`,
    );
  }
  const prefix = (isAddress ? path.slice(store.url.length + 1) : path).replace(/\/+$/, '');
  if (prefix === '') throw new MetadataError('The prefix is empty: one item is one product');
  return prefix;
}

async function list(store: FileStore, prefix: string, signal: AbortSignal): Promise<readonly StoredFile[]> {
  const files: StoredFile[] = [];
  try {
    for await (const file of store.list(prefix, signal)) {
      // `a.tar` is no part of `a.tar.gz`.
      if (file.path !== prefix && !file.path.startsWith(`${prefix}/`)) continue;
      files.push(file);
      if (files.length > MOST_FILES) {
        throw new MetadataError(`There are more than ${MOST_FILES} files under ${prefix} in ${store.url}`);
      }
    }
  } catch (error) {
    if (error instanceof FileStoreError && error.failure === 'path') {
      throw new MetadataError(error.message, { cause: error });
    }
    throw error;
  }
  if (files.length === 0) throw new MetadataError(`There are no files under ${prefix} in ${store.url}`);
  return files;
}
