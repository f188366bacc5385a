import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Collection, PreprocessingSteps } from '../collections/collection.ts';
import { stepsOf } from '../collections/collection-rules.ts';
import { fileMatcher } from '../packages/file-globs.ts';
import { PackageError } from '../packages/package-error.ts';
import type { UnpackRun } from '../packages/package-limits.ts';
import { readTypeAndLevel, type TypeAndLevel, typeAndLevelOfJson } from '../packages/type-and-level.ts';
import { moveFilesTogether, unpack, unpackedFiles, unpackNested } from '../packages/unpack.ts';
import { MANIFEST_NAME, PUSHED_METADATA_NAME } from './manifest.ts';

/** Images of a product, at most. */
const MOST_IMAGES = 1_000;

/** A package whose files lie in a folder, with what each of them is. */
export interface UnpackedPackage extends TypeAndLevel {
  readonly steps: PreprocessingSteps;
  /** Paths in the folder. */
  readonly images: readonly string[];
  /** `undefined` if the package has none. */
  readonly metadata: string | undefined;
  readonly others: readonly string[];
}

/** What a package is unpacked with. */
export interface PackageUnpacking extends UnpackRun {
  readonly collection: Collection;
  /** The name of the package, which a bare image keeps. */
  readonly name: string;
  /** The JSON that it was pushed with. */
  readonly pushed: string | null;
}

/**
 * Unpacks a package into a folder, finds out what kind of product it is, and does with its files what the collection says for that kind.
 *
 * @throws {PackageError}
 * @throws {MetadataError}
 */
export async function unpackProduct(
  file: string,
  folder: string,
  { collection, name, pushed, ...run }: PackageUnpacking,
): Promise<UnpackedPackage> {
  const isArchive = await unpack(file, folder, name, run);
  let kind = await readKind(folder, collection, pushed);
  if (isArchive && stepsOf(collection, kind.type).nested) {
    await unpackNested(folder, run);
    // The metadata may have been in one of them.
    kind = await readKind(folder, collection, pushed);
  }
  const steps = stepsOf(collection, kind.type);
  if (steps.moveFiles) await moveFilesTogether(folder);
  const files = await unpackedFiles(folder);
  refuseKeptNames(files);
  const isImage = isArchive ? fileMatcher(steps.dataFileGlobs) : () => true;
  const images = files.filter(isImage);
  if (images.length === 0) {
    throw new PackageError(
      `The package has no image: none of its ${files.length} files fits ${steps.dataFileGlobs.join(', ')}`,
    );
  }
  if (images.length > MOST_IMAGES) throw new PackageError(`The package has more than ${MOST_IMAGES} images`);
  const rest = files.filter((path) => !images.includes(path));
  const [metadata] = candidates(rest, collection);
  const others = rest.filter((path) => path !== metadata);
  return { type: kind.type, level: kind.level, steps, images, metadata, others };
}

/** What was pushed counts most; then the first file of metadata that says a type. One that cannot be read is no fault if another can. */
async function readKind(
  folder: string,
  collection: Collection,
  pushed: string | null,
): Promise<TypeAndLevel> {
  const given = pushed === null ? { type: '', level: '' } : typeAndLevelOfJson(pushed);
  let fault: unknown;
  let found: TypeAndLevel | undefined;
  for (const path of candidates(await unpackedFiles(folder), collection)) {
    try {
      const kind = await readTypeAndLevel(join(folder, path), collection);
      if (found === undefined || (found.type === '' && kind.type !== '')) found = kind;
      if (found.type !== '') break;
    } catch (error) {
      fault ??= error;
    }
  }
  if (found === undefined && fault !== undefined && given.type === '') throw fault;
  return { type: given.type || (found?.type ?? ''), level: given.level || (found?.level ?? '') };
}

/** Metadata in the outermost folder counts before that in others. */
function candidates(files: readonly string[], { metadataGlob }: Collection): readonly string[] {
  const depthOf = (path: string) => path.split('/').length;
  return files.filter(fileMatcher([metadataGlob])).toSorted((left, right) => depthOf(left) - depthOf(right));
}

function refuseKeptNames(files: readonly string[]): void {
  // A folder of this name is in the way of the file as well, and not all file systems have upper and lower case.
  const kept = files.find((path) =>
    [MANIFEST_NAME, PUSHED_METADATA_NAME].includes(path.split('/')[0]?.toLowerCase() ?? ''),
  );
  if (kept !== undefined)
    throw new PackageError(`The package has a file ${kept}, a name that is kept for others`);
}

/**
 * Puts a COG in the place of the image that it was made of; returns its name, which ends as those of TIFFs do.
 *
 * @throws {PackageError} if another file of the package has that name.
 */
export async function replaceImage(
  folder: string,
  path: string,
  cog: string,
  files: readonly string[],
): Promise<string> {
  const target = /\.tiff?$/i.test(path) ? path : `${path}.tif`;
  const isTaken = files.some((file) => file === target || file.startsWith(`${target}/`));
  if (target !== path && isTaken) {
    throw new PackageError(`The package has ${path} and ${target}, which would have the same name`);
  }
  await rename(cog, join(folder, target));
  return target;
}

/** Returns the size of an unpacked file in bytes. */
export async function sizeOf(folder: string, path: string): Promise<number> {
  return (await stat(join(folder, path))).size;
}
