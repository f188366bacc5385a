import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder in which everything on one machine is kept, and what is where in it. */
export interface DataFolder {
  readonly path: string;
  readonly postgres: string;
  readonly objects: string;
  /** Has a folder for each app that keeps something. */
  readonly apps: string;
  readonly scratch: string;
  readonly logs: string;
  /** What demos fetched. */
  readonly demo: string;
  /** Held by the process that runs on this folder. */
  readonly lockFile: string;
  readonly installationFile: string;
  readonly stateFile: string;
}

/** A file of the data folder cannot be understood; the message says which, and what to do. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

/** What the command line of the process that holds {@link DataFolder.lockFile} has: `standalone.js`, or `.ts`. */
export const STANDALONE_SCRIPT_NAME = 'standalone.';

/** The folder that `STANDALONE_DATA_DIRECTORY` names; otherwise `.data` in the checkout. */
export function dataFolder(environment: NodeJS.ProcessEnv): DataFolder {
  const path = environment['STANDALONE_DATA_DIRECTORY']?.trim()
    ? resolve(environment['STANDALONE_DATA_DIRECTORY'])
    : fileURLToPath(new URL('../../.data', import.meta.url));
  const within = (...names: string[]) => join(path, ...names);
  return {
    path,
    postgres: within('postgres'),
    objects: within('s3'),
    apps: within('apps'),
    scratch: within('scratch'),
    logs: within('logs'),
    demo: within('demo'),
    lockFile: within('lock'),
    installationFile: within('installation.json'),
    stateFile: within('state.json'),
  };
}

/** Makes the folder. Its secrets are in files of their own, closed to others. @throws {DataFolderError} */
export async function makeDataFolder(folder: DataFolder): Promise<void> {
  try {
    // Where root starts this, Postgres runs under another account, which has to come through here.
    await mkdir(folder.path, { recursive: true, mode: 0o755 });
    await Promise.all([folder.logs, folder.scratch].map((path) => mkdir(path, { recursive: true })));
  } catch (error) {
    throw new DataFolderError(
      `${folder.path} cannot be written: ${String(error)}. It may be from a start as another account: start as that account again, or remove the folder`,
    );
  }
}
