import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import picomatch from 'picomatch';
import type { NewCoverage, NewMask } from '../catalogue/product.ts';
import { UnreadableImageError } from '../cog/cog-engine.ts';
import { describeCog } from '../cog/open-cog.ts';
import type { LevelMapping } from '../collections/collection.ts';
import type { FileStore, StoredFile } from '../files/file-store.ts';
import { MetadataError } from '../metadata/metadata-error.ts';
import type { ProductFiles } from './product-files.ts';

/** Images that are opened at the same time. */
const IMAGES_AT_ONCE = 4;

/** Images of a product, at most. */
const MOST_IMAGES = 1_000;

/** What a product's images become. */
export interface DescribedImages {
  readonly coverages: readonly NewCoverage[];
  readonly masks: readonly NewMask[];
}

/**
 * Reads what the images of a product are, those that the mapping has a coverage type for. The name of an asset is that of its file
 * without the ending.
 *
 * @throws {MetadataError} there is no image, or one of them cannot be read.
 */
export async function describeImages(
  store: FileStore,
  identifier: string,
  files: ProductFiles,
  mapping: LevelMapping,
  signal: AbortSignal,
): Promise<DescribedImages> {
  const assets = [...files.images, ...files.others].map((file) => ({
    file,
    asset: assetOf(files.prefix, file),
  }));
  const masks = assets.filter(({ asset }) => assetValue(mapping.masks, asset) !== undefined);
  const images = assets.flatMap(({ file, asset }) => {
    const isMask = masks.some((mask) => mask.file === file);
    const coverageType =
      isMask || !files.images.includes(file) ? undefined : assetValue(mapping.coverages, asset);
    return coverageType === undefined ? [] : [{ file, asset, coverageType }];
  });
  if (images.length === 0)
    throw new MetadataError(`There is no image under ${files.prefix} that becomes a coverage`);
  if (images.length > MOST_IMAGES)
    throw new MetadataError(`There are more than ${MOST_IMAGES} images under ${files.prefix}`);
  const limit = pLimit(IMAGES_AT_ONCE);
  const names = uniqueNames(images.map(({ asset }) => coverageName(identifier, asset)));
  const coverages = await Promise.all(
    images.map(({ file, coverageType }, index) =>
      limit(() => describeImage(store, file, { identifier: names[index] ?? '', coverageType }, signal)),
    ),
  );
  return {
    coverages,
    masks: masks.map(({ file, asset }) => ({
      name: assetValue(mapping.masks, asset) ?? asset,
      path: file.path,
    })),
  };
}

async function describeImage(
  store: FileStore,
  { path }: StoredFile,
  coverage: Pick<NewCoverage, 'identifier' | 'coverageType'>,
  signal: AbortSignal,
): Promise<NewCoverage> {
  try {
    const { widthPixels, heightPixels, bandCount, srs, box } = await describeCog(
      (startByte, lengthBytes) => store.readRange(path, startByte, lengthBytes, signal),
      { signal },
    );
    return { ...coverage, path, widthPixels, heightPixels, bandCount, srs, box };
  } catch (error) {
    if (!(error instanceof UnreadableImageError)) throw error;
    throw new MetadataError(`${path}: ${error.message}`, { cause: error });
  }
}

/** Characters that a name has in addresses and in XML without being escaped; others become `_`. */
function assetOf(prefix: string, { path }: StoredFile): string {
  const name = path === prefix ? (path.split('/').at(-1) ?? path) : path.slice(prefix.length + 1);
  return plainText(name.replace(/\.[^./]*$/, ''));
}

/** The WCS wants names of XML without a colon: they begin with a letter or `_`. */
function coverageName(identifier: string, asset: string): string {
  const plain = plainText(identifier);
  const unique = plain === identifier ? plain : `${plain}-${digestOf(identifier)}`;
  return `${/^[A-Za-z_]/.test(unique) ? '' : '_'}${unique}_${asset}`;
}

/** Other products may have an identifier that differs in such characters alone. */
function digestOf(identifier: string): string {
  return createHash('sha256').update(identifier).digest('hex').slice(0, 12);
}

function plainText(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]/g, '_');
}

/** Two files may have names that differ in such characters alone. */
function uniqueNames(names: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  return names.map((name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name}.${count}`;
  });
}

/** Finds an asset by its name, then by a glob, then by the empty name, which means all others. */
function assetValue(record: Readonly<Record<string, string>>, asset: string): string | undefined {
  if (Object.hasOwn(record, asset)) return record[asset];
  const glob = Object.keys(record).find((key) => key !== '' && picomatch.isMatch(asset, key, { dot: true }));
  return record[glob ?? ''];
}
