import { faultOfText, storableText } from '../../../platform/database/storable-text.ts';
import type { NewProduct } from '../catalogue/product.ts';
import { UnknownProjectionError } from '../cog/projections.ts';
import type { Collection } from '../collections/collection.ts';
import { levelMappingOf } from '../collections/collection-rules.ts';
import type { FileStore, StoredFile } from '../files/file-store.ts';
import { FileStoreError } from '../files/file-store-error.ts';
import { MetadataError } from '../metadata/metadata-error.ts';
import { timeInName } from '../metadata/moments.ts';
import type { ProductMetadata } from '../metadata/product-metadata.ts';
import { type Manifest, readManifest } from '../preprocessing/manifest.ts';
import { footprintOfCoverages } from './coverages-footprint.ts';
import { type DescribedImages, describeImages } from './describe-images.ts';
import { findProductFiles, type ProductFiles, prefixInStore } from './product-files.ts';
import { readProductMetadata } from './read-product-metadata.ts';

/** The prefix of a product that is to be registered. */
export interface ProductPrefix {
  readonly collection: Collection;
  /** Of the collection's products. */
  readonly store: FileStore;
  readonly path: string;
  /** The JSON that the item was pushed with. */
  readonly pushed: string | null;
}

/** The preprocessor is at work on the files of a product. Another attempt may find them whole. */
export class UnfinishedProductError extends Error {
  override readonly name = 'UnfinishedProductError';

  constructor() {
    super('The preprocessor is at work on the files of the product');
  }
}

const LONGEST_IDENTIFIER = 250;

/**
 * Reads the files under a prefix, and makes of them what the catalogue stores.
 *
 * @throws {MetadataError} what is missing or wrong; no other attempt would help.
 * @throws {UnfinishedProductError}
 * @throws {FileStoreError}
 */
export async function readNewProduct(
  { collection, store, path, pushed }: ProductPrefix,
  signal: AbortSignal,
): Promise<NewProduct> {
  const prefix = prefixInStore(store, path);
  const manifest = await readFinishedManifest(store, prefix, signal);
  const found = await findProductFiles(store, prefix, collection.metadataGlob, signal);
  const files = manifest ? ofManifest(found, manifest) : found;
  const metadata = await readProductMetadata({ store, collection, files, manifest, pushed }, signal);
  const product = await describeProduct({ collection, store, path, pushed }, files, metadata, signal);
  const after = await readFinishedManifest(store, prefix, signal);
  if (after?.taskId !== manifest?.taskId) throw new UnfinishedProductError();
  return product;
}

/** @throws {UnfinishedProductError} */
async function readFinishedManifest(
  store: FileStore,
  prefix: string,
  signal: AbortSignal,
): Promise<Manifest | undefined> {
  const manifest = await readManifest(store, prefix, signal).catch((error: unknown) => {
    // Prefixes that a store cannot have are reported when they are listed.
    if (error instanceof FileStoreError && error.isPermanent) return undefined;
    throw error;
  });
  if (manifest?.state === 'unfinished') throw new UnfinishedProductError();
  return manifest;
}

/** Leaves out what an earlier run of the preprocessor has left. */
function ofManifest(found: ProductFiles, manifest: Manifest): ProductFiles {
  const paths = new Set(manifest.files.map(({ path }) => `${found.prefix}/${path}`));
  const listed = (files: readonly StoredFile[]) => files.filter(({ path }) => paths.has(path));
  return {
    ...found,
    images: listed(found.images),
    metadata: listed(found.metadata),
    quicklooks: listed(found.quicklooks),
    others: listed(found.others),
  };
}

async function describeProduct(
  { collection, store }: ProductPrefix,
  files: ProductFiles,
  metadata: ProductMetadata,
  signal: AbortSignal,
): Promise<NewProduct> {
  const [type, level] = [storableText(metadata.type ?? ''), storableText(metadata.level ?? '')];
  const mapping = levelMappingOf(collection, type, level);
  if (!mapping) {
    throw new MetadataError(
      `The collection ${collection.id} has no mapping for the type "${type}" and the level "${level}"`,
    );
  }
  const identifier = identifierOf(metadata, files);
  const images = await describeImages(store, identifier, files, mapping, signal);
  return {
    identifier,
    type,
    level,
    footprint: metadata.footprint ?? footprintOf(images),
    ...timeOf(metadata, files),
    prefix: files.prefix,
    collections: mapping.collections.length > 0 ? mapping.collections : [collection.id],
    ...images,
    files: [
      ...files.metadata.map((file) => ({ kind: 'metadata', path: file.path })),
      ...files.quicklooks.map((file) => ({ kind: 'quicklook', path: file.path })),
    ],
    properties: metadata.properties,
  };
}

function identifierOf({ identifier }: ProductMetadata, { prefix }: ProductFiles): string {
  const name =
    identifier ?? (prefix.split('/').at(-1) ?? prefix).replace(/\.(tar|tar\.gz|tgz|zip|tiff?)$/i, '');
  const fault =
    name.length > LONGEST_IDENTIFIER ? `more than ${LONGEST_IDENTIFIER} characters` : faultOfText(name);
  if (fault !== undefined || name === '') {
    throw new MetadataError(
      `The identifier of the product cannot be stored: it has ${fault ?? 'no characters'}`,
    );
  }
  return name;
}

function footprintOf({ coverages }: DescribedImages): NewProduct['footprint'] {
  try {
    return footprintOfCoverages(coverages);
  } catch (error) {
    if (!(error instanceof UnknownProjectionError)) throw error;
    throw new MetadataError(`The product has no footprint in its metadata. ${error.message}`, {
      cause: error,
    });
  }
}

function timeOf({ begins, ends }: ProductMetadata, files: ProductFiles): Pick<NewProduct, 'begins' | 'ends'> {
  if (begins && ends) return { begins, ends };
  const names = [...files.images.map((file) => file.path.slice(files.prefix.length + 1)), files.prefix];
  for (const name of names) {
    const time = timeInName(name);
    if (time) return { begins: time.begin, ends: time.end };
  }
  throw new MetadataError(
    'The time of the product is not known: it is neither in its metadata, nor in the JSON of the push ("begin"), nor in the names of its files',
  );
}
