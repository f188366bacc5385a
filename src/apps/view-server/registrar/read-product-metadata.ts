import type { Collection } from '../collections/collection.ts';
import type { FileStore, StoredFile } from '../files/file-store.ts';
import { readJsonMetadata } from '../metadata/json-metadata.ts';
import { MetadataError } from '../metadata/metadata-error.ts';
import { mergeMetadata, type ProductMetadata } from '../metadata/product-metadata.ts';
import { readMetadata } from '../metadata/read-metadata.ts';
import { MOST_METADATA_BYTES, textAtXpath } from '../metadata/xml-text.ts';
import { type Manifest, PUSHED_METADATA_NAME } from '../preprocessing/manifest.ts';
import type { ProductFiles } from './product-files.ts';

/** Files of metadata that are read, at most. */
const MOST_METADATA_FILES = 20;

/** What is read of a product's metadata. */
export interface MetadataSources {
  readonly store: FileStore;
  readonly collection: Collection;
  readonly files: ProductFiles;
  /** What the preprocessor says of them, if it has made them. */
  readonly manifest: Manifest | undefined;
  /** The JSON that the item was pushed with. */
  readonly pushed: string | null;
}

/**
 * Reads all that is said of a product: what was pushed comes first, then what the preprocessor left, then the files of metadata.
 *
 * @throws {MetadataError} none of the files of metadata can be read, or what was pushed cannot.
 */
export async function readProductMetadata(
  { store, collection, files, manifest, pushed }: MetadataSources,
  signal: AbortSignal,
): Promise<ProductMetadata> {
  const note = async (name: string) => {
    const file = files.notes.get(name);
    return file && (await readWhole(store, file, signal)).toString();
  };
  const [noted, fallback] = [await note(PUSHED_METADATA_NAME), await note('_metadata.json')];
  const json = [pushed, noted].flatMap((text) => (typeof text === 'string' ? [readJsonMetadata(text)] : []));
  return mergeMetadata([
    ...json,
    ...(manifest ? [typesOfManifest(manifest)] : []),
    ...(await readFiles(store, collection, files, signal)),
    ...(fallback === undefined ? [] : [readJsonMetadata(fallback)]),
  ]);
}

/** One file that cannot be read is no fault if another one can. */
async function readFiles(
  store: FileStore,
  collection: Collection,
  files: ProductFiles,
  signal: AbortSignal,
): Promise<readonly ProductMetadata[]> {
  const found: ProductMetadata[] = [];
  let fault: unknown;
  for (const file of files.metadata.slice(0, MOST_METADATA_FILES)) {
    const bytes = await readWhole(store, file, signal);
    try {
      const metadata = readMetadata(bytes);
      if (metadata) found.push({ ...metadata, ...typesOf(bytes, collection, metadata) });
    } catch (error) {
      if (!(error instanceof MetadataError)) throw error;
      fault ??= new MetadataError(`${file.path}: ${error.message}`, { cause: error });
    }
  }
  if (found.length === 0 && fault !== undefined) throw fault;
  return found;
}

function typesOf(
  bytes: Buffer,
  { typeXpaths, levelXpaths }: Collection,
  { type, level }: ProductMetadata,
): Pick<ProductMetadata, 'type' | 'level'> {
  if (bytes.subarray(0, 100).toString('latin1').trimStart().startsWith('{')) return { type, level };
  return { type: textAtXpath(bytes, typeXpaths) ?? type, level: textAtXpath(bytes, levelXpaths) ?? level };
}

function typesOfManifest({ type, level }: Manifest): ProductMetadata {
  return { type: type === '' ? undefined : type, level: level === '' ? undefined : level, properties: {} };
}

/** @throws {MetadataError} the file is too large for one of metadata. */
async function readWhole(
  store: FileStore,
  { path, sizeBytes }: StoredFile,
  signal: AbortSignal,
): Promise<Buffer> {
  if (sizeBytes > MOST_METADATA_BYTES) {
    throw new MetadataError(
      `${path} has ${sizeBytes} bytes, more than the ${MOST_METADATA_BYTES} of metadata`,
    );
  }
  return store.readRange(path, 0, sizeBytes, signal);
}
