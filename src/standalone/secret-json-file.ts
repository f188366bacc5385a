import { readFile, rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isSystemError } from '../platform/system-error.ts';
import { DataFolderError } from './data-folder.ts';

/** Only its owner can open it: it holds secrets. */
const SECRET_FILE = { mode: 0o600 };

/** Reads a file of the data folder; undefined if there is none. @throws {DataFolderError} */
export async function readSecretJson<T>(path: string): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw new DataFolderError(
      `${path} cannot be read: ${String(error)}. It may be from a start as another account: start as that account again, or remove ${resolve(path, '..')}`,
    );
  }
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new DataFolderError(
      `${path} is no JSON any more. Remove ${resolve(path, '..')} to begin with nothing, or put the file back`,
    );
  }
}

/** Writes a file of the data folder. */
export async function writeSecretJson(path: string, value: unknown): Promise<void> {
  // Renamed into place, so that a reader sees all of the old or all of the new.
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, `${JSON.stringify(value, null, 2)}\n`, SECRET_FILE);
  await rename(unfinished, path);
}
