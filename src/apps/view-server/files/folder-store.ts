import { randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { copyFile, mkdir, open, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { errorMessage } from '../../../platform/error-message.ts';
import { isSystemError } from '../../../platform/system-error.ts';
import { checkPath, checkPrefix } from './file-path.ts';
import type { FileStore, StoredFile } from './file-store.ts';
import { FileStoreError } from './file-store-error.ts';

/** Files that are being stored have such a name, and are in no list. */
const UNFINISHED = '.unfinished-';

/** What an earlier process has left unfinished is removed after this time. */
const UNFINISHED_MILLISECONDS = 24 * 3_600_000;

/** Files in a folder of this machine. Links that lead out of it are not followed, nor are links to folders. */
export class FolderStore implements FileStore {
  readonly url: string;
  readonly #folder: string;

  /** @param folder absolute. */
  constructor(folder: string) {
    this.url = pathToFileURL(folder).href.replace(/\/$/, '');
    this.#folder = folder;
  }

  async ping(): Promise<void> {
    await this.#resolve('');
  }

  async *list(prefix: string, signal?: AbortSignal): AsyncGenerator<StoredFile> {
    checkPrefix(prefix);
    const slash = prefix.lastIndexOf('/');
    try {
      yield* this.#walk(slash < 0 ? '' : prefix.slice(0, slash), prefix, signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw this.#describe(`list ${prefix}`, error);
    }
  }

  async find(path: string, signal?: AbortSignal): Promise<StoredFile | undefined> {
    try {
      return await this.#with(`look for ${path}`, path, signal, (file) => this.#describeFile(path, file));
    } catch (error) {
      if (error instanceof FileStoreError && error.failure === 'missing') return undefined;
      throw error;
    }
  }

  open(path: string, signal?: AbortSignal): Promise<Readable> {
    return this.#with(`read ${path}`, path, signal, async (file) => {
      const handle = await open(file);
      if ((await handle.stat()).isFile()) return handle.createReadStream();
      await handle.close();
      throw new FileStoreError(`${this.url} could not read ${path}: it is not a file`, 'missing');
    });
  }

  readRange(path: string, startByte: number, lengthBytes: number, signal?: AbortSignal): Promise<Buffer> {
    return this.#with(`read ${path}`, path, signal, async (file) => {
      await using handle = await open(file);
      const { size } = await handle.stat();
      const length = Math.max(Math.min(lengthBytes, size - startByte), 0);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, startByte);
      return buffer.subarray(0, bytesRead);
    });
  }

  upload(path: string, localFile: string, _contentType: string, signal?: AbortSignal): Promise<void> {
    return this.#store(path, signal, (unfinished) => copyFile(localFile, unfinished));
  }

  put(path: string, body: Buffer, _contentType: string, signal?: AbortSignal): Promise<void> {
    return this.#store(path, signal, (unfinished) => writeFile(unfinished, body, { signal }));
  }

  async remove(paths: readonly string[], signal?: AbortSignal): Promise<void> {
    for (const path of paths) {
      if (!(await this.find(path, signal))) continue;
      await this.#with(`remove ${path}`, path, signal, () => rm(join(this.#folder, path), { force: true }));
    }
  }

  async *#walk(
    directory: string,
    prefix: string,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<StoredFile> {
    signal?.throwIfAborted();
    for (const entry of await this.#entriesOf(directory)) {
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
      const mayHold = entry.isDirectory() && (`${path}/`.startsWith(prefix) || prefix.startsWith(`${path}/`));
      if (mayHold) yield* this.#walk(path, prefix, signal);
      else if (path.startsWith(prefix) && !entry.isDirectory() && !entry.name.startsWith(UNFINISHED)) {
        const found = await this.find(path, signal).catch(ignorePathFailure);
        if (found) yield found;
      }
    }
  }

  /** In the order in which S3 lists keys: by bytes, and a folder's slash counts. */
  async #entriesOf(directory: string): Promise<readonly Dirent[]> {
    try {
      const entries = await readdir(await this.#resolve(directory), { withFileTypes: true });
      const keyed = entries.map((entry) => ({
        entry,
        key: Buffer.from(entry.isDirectory() ? `${entry.name}/` : entry.name),
      }));
      return keyed.toSorted((left, right) => Buffer.compare(left.key, right.key)).map(({ entry }) => entry);
    } catch (error) {
      if (isMissing(error) && directory !== '') return [];
      throw error;
    }
  }

  async #describeFile(path: string, file: string): Promise<StoredFile> {
    const found = await stat(file);
    if (found.isFile()) return { path, sizeBytes: found.size };
    throw new FileStoreError(`${this.url} has no file ${path}`, 'missing');
  }

  /** Writes a file under another name, and renames it: a part of it is never seen. */
  async #store(
    path: string,
    signal: AbortSignal | undefined,
    write: (unfinished: string) => Promise<unknown>,
  ): Promise<void> {
    checkPath(path);
    signal?.throwIfAborted();
    try {
      const directory = await this.#makeDirectory(dirname(path));
      const unfinished = join(directory, `${UNFINISHED}${randomUUID()}`);
      await removeOldUnfinished(directory);
      try {
        await write(unfinished);
        signal?.throwIfAborted();
        await rename(unfinished, join(directory, basename(path)));
      } finally {
        await rm(unfinished, { force: true });
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw this.#describe(`store ${path}`, error);
    }
  }

  /** Makes the folders of a path one by one, so that no link leads out of the store. */
  async #makeDirectory(path: string): Promise<string> {
    const names = path === '.' ? [] : path.split('/');
    for (const index of names.keys()) {
      const parent = await this.#resolve(names.slice(0, index).join('/'));
      await mkdir(join(parent, names[index] ?? '')).catch((error: unknown) => {
        if (!isSystemError(error, 'EEXIST')) throw error;
      });
    }
    return this.#resolve(names.join('/'));
  }

  async #with<T>(
    what: string,
    path: string,
    signal: AbortSignal | undefined,
    run: (file: string) => Promise<T>,
  ): Promise<T> {
    checkPath(path);
    signal?.throwIfAborted();
    try {
      return await run(await this.#resolve(path));
    } catch (error) {
      signal?.throwIfAborted();
      throw this.#describe(what, error);
    }
  }

  /** Returns where a path leads to, links followed. */
  async #resolve(path: string): Promise<string> {
    const folder = await realpath(this.#folder).catch((error: unknown) => {
      throw new FileStoreError(`The folder ${this.#folder} is not there: ${errorMessage(error)}`, 'other', {
        cause: error,
      });
    });
    const file = await realpath(join(folder, path));
    if (file === folder || file.startsWith(folder === sep ? sep : folder + sep)) return file;
    throw new FileStoreError(`The path ${path} cannot be used: a link leads out of ${this.url}.`, 'path');
  }

  #describe(what: string, error: unknown): unknown {
    if (error instanceof FileStoreError) return error;
    return new FileStoreError(
      `${this.url} could not ${what}: ${errorMessage(error)}`,
      isMissing(error) ? 'missing' : 'other',
      { cause: error },
    );
  }
}

function isMissing(error: unknown): boolean {
  return isSystemError(error, 'ENOENT') || isSystemError(error, 'ENOTDIR');
}

/** A link out of the store is in no list. */
function ignorePathFailure(error: unknown): undefined {
  if (error instanceof FileStoreError && error.isPermanent) return undefined;
  throw error;
}

async function removeOldUnfinished(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => name.startsWith(UNFINISHED));
  for (const name of names) {
    const file = join(directory, name);
    const found = await stat(file).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > UNFINISHED_MILLISECONDS) await rm(file, { force: true });
  }
}
