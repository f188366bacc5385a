import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isSystemError } from '../../../platform/system-error.ts';
import { PackageError } from './package-error.ts';
import type { UnpackBudget } from './package-limits.ts';

/** Writes the files of one archive into an empty folder, within a budget. */
export class EntryWriter {
  readonly #folder: string;
  readonly #budget: UnpackBudget;
  readonly #readBytes: () => number;
  readonly #folders = new Set<string>();
  #unpackedBytes = 0;

  /** @param readBytes returns how many bytes of the archive were read. */
  constructor(folder: string, budget: UnpackBudget, readBytes: () => number) {
    this.#folder = folder;
    this.#budget = budget;
    this.#readBytes = readBytes;
  }

  /**
   * Writes a file. No file that exists is written over or followed.
   *
   * @param path as {@link entryPath} returns it.
   * @throws {PackageError}
   */
  async write(path: string, content: AsyncIterable<unknown>, signal: AbortSignal): Promise<void> {
    const file = join(this.#folder, path);
    try {
      await this.#makeFolder(dirname(file));
      await using handle = await open(file, 'wx', 0o600);
      await handle.writeFile(this.#counted(content), { signal });
    } catch (error) {
      if (['EEXIST', 'ENOTDIR', 'EISDIR'].some((code) => isSystemError(error, code))) {
        throw new PackageError(`The package has two entries for ${path}`, { cause: error });
      }
      throw error;
    }
  }

  async #makeFolder(folder: string): Promise<void> {
    if (this.#folders.has(folder)) return;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    this.#folders.add(folder);
  }

  async *#counted(content: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
    for await (const chunk of content) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError('An archive gives bytes alone');
      this.#unpackedBytes += chunk.length;
      const archive = { unpackedBytes: this.#unpackedBytes, readBytes: this.#readBytes() };
      this.#budget.countBytes(chunk.length, archive);
      yield chunk;
    }
  }
}
