import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { types } from 'node:util';
import { errorMessage } from '../../../platform/error-message.ts';
import { archiveKindOf } from './archive-kind.ts';
import { entryPath } from './entry-path.ts';
import { PackageError } from './package-error.ts';
import type { UnpackRun } from './package-limits.ts';
import { unpackTar } from './unpack-tar.ts';
import { unpackZip } from './unpack-zip.ts';

/** Packages in packages in packages are the innermost that are unpacked. */
const DEEPEST_NESTING = 2;

/**
 * Unpacks a tar, a compressed tar or a zip into a folder, which it makes. Any other file is moved there as it is.
 *
 * @param file it is removed.
 * @param name what a bare image is called.
 * @returns whether it was an archive.
 * @throws {PackageError}
 */
export async function unpack(file: string, folder: string, name: string, run: UnpackRun): Promise<boolean> {
  await mkdir(folder, { mode: 0o700 });
  const isArchive = await unpackArchive(file, folder, run);
  if (isArchive) await rm(file);
  else {
    const path = entryPath(name);
    if (path === undefined) throw new PackageError('The package has no name');
    await rename(file, join(folder, basename(path)));
  }
  return isArchive;
}

/** Unpacks the packages in a folder, each into a folder of its name. @throws {PackageError} */
export function unpackNested(folder: string, run: UnpackRun): Promise<void> {
  return unpackEach(folder, run, 1);
}

/** Returns the paths of all files of a folder that was unpacked, in the order of their bytes. */
export async function unpackedFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}

/** Moves the files of all folders to one. @throws {PackageError} two have the same name. */
export async function moveFilesTogether(folder: string): Promise<void> {
  const names = new Map<string, string>();
  const together = `${folder}-together`;
  await mkdir(together, { mode: 0o700 });
  for (const path of await unpackedFiles(folder)) {
    const name = basename(path);
    const other = names.get(name);
    if (other !== undefined) {
      throw new PackageError(
        `The package has ${other} and ${path}, which cannot be moved to one folder: switch move_files off`,
      );
    }
    names.set(name, path);
    await rename(join(folder, path), join(together, name));
  }
  await rm(folder, { recursive: true });
  await rename(together, folder);
}

async function unpackEach(folder: string, run: UnpackRun, depth: number): Promise<void> {
  for (const path of await unpackedFiles(folder)) {
    run.signal.throwIfAborted();
    const file = join(folder, path);
    if ((await archiveKindOf(file)) === 'none') continue;
    const target = join(dirname(file), nameWithoutExtension(basename(file)));
    const archive = `${file}.package`;
    if (await exists(archive)) throw new PackageError(`The package has two entries for ${path}`);
    await rename(file, archive);
    if (await exists(target)) throw new PackageError(`The package has ${path} and a file of its name`);
    await mkdir(target, { mode: 0o700 });
    if (await unpackArchive(archive, target, run)) {
      await rm(archive);
      if (depth < DEEPEST_NESTING) await unpackEach(target, run, depth + 1);
    } else {
      await rm(target, { recursive: true });
      await rename(archive, file);
    }
  }
}

/** @returns `false` for a file that is no archive. */
async function unpackArchive(archive: string, folder: string, run: UnpackRun): Promise<boolean> {
  const kind = await archiveKindOf(archive);
  if (kind === 'none') return false;
  try {
    if (kind === 'zip') await unpackZip(archive, folder, run);
    else await unpackTar(archive, folder, { ...run, isCompressed: kind === 'gzip' });
    return true;
  } catch (error) {
    run.signal.throwIfAborted();
    // What the disk or the system says has nothing to do with what is in the package.
    if (error instanceof PackageError || (types.isNativeError(error) && 'syscall' in error)) throw error;
    throw new PackageError(`The package (${kind}) is broken: ${errorMessage(error)}`, { cause: error });
  }
}

function nameWithoutExtension(name: string): string {
  const short = name.replace(/(\.tar)?\.[^.]+$/i, '');
  return short === '' || short === name ? `${name}.files` : short;
}

async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch {
    return false;
  }
}
