import { join } from 'node:path';
import { contentTypeOf } from '../files/content-type.ts';
import type { FileStore } from '../files/file-store.ts';
import { MANIFEST_NAME, type Manifest, PUSHED_METADATA_NAME, storeManifest } from './manifest.ts';

/** A product whose files are stored. */
export interface Publication {
  readonly store: FileStore;
  /** Without a slash at its end. */
  readonly prefix: string;
  /** Where the files are. */
  readonly folder: string;
  /** With state `complete`. */
  readonly manifest: Manifest;
  readonly pushed: string | null;
  /** Files that are there, and stay as they are. */
  readonly kept: ReadonlySet<string>;
  readonly signal: AbortSignal;
  readonly reportProgress: (share: number) => void;
}

/**
 * Stores the files of a product below its prefix, under the same names each time, and removes what else is there: a run that was broken off
 * leaves nothing that the next one does not write over or remove. Before the first file the manifest says that the product is unfinished,
 * and after the last one that it is complete.
 *
 * @throws {FileStoreError}
 */
export async function publishProduct({
  store,
  prefix,
  folder,
  manifest,
  pushed,
  kept,
  signal,
  reportProgress,
}: Publication): Promise<void> {
  await storeManifest(store, prefix, { ...manifest, state: 'unfinished', files: [] }, signal);
  const total = manifest.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 1);
  let stored = 0;
  for (const { path, sizeBytes } of manifest.files) {
    if (!kept.has(path)) {
      await store.upload(`${prefix}/${path}`, join(folder, path), contentTypeOf(path), signal);
    }
    stored += sizeBytes;
    reportProgress(stored / total);
  }
  if (pushed !== null) {
    await store.put(`${prefix}/${PUSHED_METADATA_NAME}`, Buffer.from(pushed), 'application/json', signal);
  }
  const known = new Set([...manifest.files.map(({ path }) => path), MANIFEST_NAME, ...kept]);
  if (pushed !== null) known.add(PUSHED_METADATA_NAME);
  await removeOthers(store, prefix, known, signal);
  await storeManifest(store, prefix, manifest, signal);
}

/** Returns the files below a prefix, relative to it, with their sizes. @throws {FileStoreError} */
export async function storedFiles(
  store: FileStore,
  prefix: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const files = new Map<string, number>();
  for await (const { path, sizeBytes } of store.list(`${prefix}/`, signal)) {
    files.set(path.slice(prefix.length + 1), sizeBytes);
  }
  return files;
}

async function removeOthers(
  store: FileStore,
  prefix: string,
  known: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> {
  const stored = await storedFiles(store, prefix, signal);
  const others = [...stored.keys()].filter((path) => !known.has(path)).map((path) => `${prefix}/${path}`);
  if (others.length > 0) await store.remove(others, signal);
}
