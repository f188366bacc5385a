import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TaskContext } from '../../../queue/index.ts';
import type { CogEngine } from '../cog/cog-engine.ts';
import { cogOptionsOf } from '../cog/cog-settings.ts';
import { openCogEngine } from '../cog/open-cog-engine.ts';
import type { Collection } from '../collections/collection.ts';
import { findCollection } from '../collections/collections.ts';
import { checkPath } from '../files/file-path.ts';
import type { FileStore } from '../files/file-store.ts';
import { openFileStore } from '../files/open-file-store.ts';
import { UnpackBudget } from '../packages/package-limits.ts';
import { type ViewServerSettings, viewServerSettings } from '../settings.ts';
import type { ItemInWork, StageOutcome } from '../stages/run-stage.ts';
import { download } from './download.ts';
import { describeFailure } from './failures.ts';
import {
  MANIFEST_NAME,
  type Manifest,
  type ManifestFile,
  PUSHED_METADATA_NAME,
  readManifest,
} from './manifest.ts';
import { type PreprocessingStep, progressReporter } from './progress-plan.ts';
import { publishProduct, storedFiles } from './publish-product.ts';
import { replaceImage, sizeOf, type UnpackedPackage, unpackProduct } from './unpacked-package.ts';
import { inWorkFolder } from './work-folder.ts';

/** What the steps of a package share. */
interface PackageRun {
  readonly path: string;
  readonly pushed: string | null;
  readonly taskId: string;
  readonly collection: Collection;
  readonly source: FileStore;
  readonly target: FileStore;
  readonly engine: CogEngine;
  readonly settings: ViewServerSettings;
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly report: (step: PreprocessingStep, share: number) => void;
}

/**
 * Preprocesses a package: downloads and unpacks it, makes COGs of its images, and stores them with its other files below a prefix that is
 * the path of the package. The registrar gets that prefix.
 *
 * @throws {PermanentTaskError} what is wrong with the package, or with what was pushed.
 */
export async function preprocessWork(item: ItemInWork, context: TaskContext): Promise<StageOutcome> {
  const { platform, signal, taskId, logger } = context;
  const { scratchDirectory } = platform.settings;
  try {
    const collection = await findCollection(platform, item.collection);
    const settings = platform.settingsOf(viewServerSettings);
    const source = openFileStore(platform, collection.source);
    const target = openFileStore(platform, collection.target);
    const path = pathInStore(source, item.path);
    if (await isDone(target, path, collection, taskId, signal)) {
      logger.info({ path }, 'the files of the package are stored already');
      return { nextPath: path };
    }
    await inWorkFolder(scratchDirectory, taskId, (folder) =>
      preprocess({
        path,
        pushed: item.metadata,
        taskId,
        collection,
        source,
        target,
        engine: openCogEngine(settings.cog),
        settings,
        folder,
        signal,
        report: progressReporter(context.progress),
      }),
    );
    return { nextPath: path };
  } catch (error) {
    signal.throwIfAborted();
    throw describeFailure(error, scratchDirectory);
  }
}

async function preprocess(run: PackageRun): Promise<void> {
  const { path, collection, settings, folder, signal, report } = run;
  const limits = settings.preprocessing;
  const file = join(folder, 'package');
  const { sizeBytes } = await download(run.source, path, file, {
    maximumBytes: limits.maximumPackageBytes,
    signal,
    reportProgress: (share) => report('download', share),
  });
  const files = join(folder, 'files');
  const budget = new UnpackBudget({
    bytes: limits.maximumPackageBytes,
    entries: limits.maximumEntries,
    ratio: limits.maximumRatio,
  });
  const name = path.split('/').at(-1) ?? path;
  const unpacked = await unpackProduct(file, files, { collection, name, pushed: run.pushed, budget, signal });
  report('unpack', 1);
  const images = await convertImages(run, files, unpacked);
  await publish(run, files, { ...unpacked, images }, sizeBytes);
}

/** Makes a COG of each image, in its place, so that no more than one of them is there twice. */
async function convertImages(
  { engine, settings, folder, signal, report }: PackageRun,
  files: string,
  { images, metadata, others, steps }: UnpackedPackage,
): Promise<readonly string[]> {
  const options = { ...cogOptionsOf(settings.cog), ...steps.output };
  const names = [...images, ...others, ...(metadata === undefined ? [] : [metadata])];
  const cogs = join(folder, 'cogs');
  await mkdir(cogs, { mode: 0o700 });
  const converted: string[] = [];
  for (const [index, image] of images.entries()) {
    signal.throwIfAborted();
    const cog = join(cogs, String(index));
    await engine.convert(join(files, image), cog, options, {
      signal,
      reportProgress: (share) => report('convert', (index + share) / images.length),
    });
    converted.push(await replaceImage(files, image, cog, names));
  }
  return converted;
}

async function publish(
  { path, pushed, taskId, collection, target, signal, report }: PackageRun,
  folder: string,
  { images, metadata, others, type, level }: UnpackedPackage,
  sizeBytes: number,
): Promise<void> {
  const describe = async (kind: ManifestFile['kind'], file: string): Promise<ManifestFile> => ({
    path: file,
    kind,
    sizeBytes: await sizeOf(folder, file),
  });
  const manifest: Manifest = {
    state: 'complete',
    taskId,
    package: { path, sizeBytes },
    type,
    level,
    metadata: metadata ?? null,
    pushedMetadata: pushed === null ? null : PUSHED_METADATA_NAME,
    files: [
      ...(await Promise.all(images.map((file) => describe('image', file)))),
      ...(await Promise.all(others.map((file) => describe('other', file)))),
      ...(metadata === undefined ? [] : [await describe('metadata', metadata)]),
    ],
  };
  await publishProduct({
    store: target,
    prefix: path,
    folder,
    manifest,
    pushed,
    kept: await keptFiles(target, path, collection, signal),
    signal,
    reportProgress: (share) => report('upload', share),
  });
}

/** Files that are there stay where the collection says so, and no run of this server was broken off among them. */
async function keptFiles(
  target: FileStore,
  path: string,
  { replacesFiles }: Collection,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (replacesFiles) return new Set();
  const earlier = await readManifest(target, path, signal);
  if (earlier?.state === 'unfinished') return new Set();
  const stored = await storedFiles(target, path, signal);
  return new Set([...stored.keys()].filter((name) => name !== MANIFEST_NAME));
}

/** Whether all files are there: this very task has stored them, and was lost before it could say so; or they are not replaced. */
async function isDone(
  target: FileStore,
  path: string,
  { replacesFiles }: Collection,
  taskId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const manifest = await readManifest(target, path, signal);
  if (manifest?.state !== 'complete' || (replacesFiles && manifest.taskId !== taskId)) return false;
  const stored = await storedFiles(target, path, signal);
  return manifest.files.every((file) => stored.get(file.path) === file.sizeBytes);
}

/** A package may be pushed by its whole address: `s3://bucket/path`. @throws {FileStoreError} */
function pathInStore(source: FileStore, pushed: string): string {
  const start = `${source.url}/`;
  const path = pushed.startsWith(start) ? pushed.slice(start.length) : pushed;
  checkPath(path);
  return path;
}
