import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder in which everything on one machine is kept, and what stands where in it. */
export interface DataFolder {
  readonly path: string;
  readonly postgres: string;
  readonly objects: string;
  readonly dlcsFile: string;
  readonly scratch: string;
  readonly logs: string;
  /** What the demo fetched. */
  readonly demo: string;
  /** Held by whoever runs on this folder. */
  readonly lockFile: string;
  readonly installationFile: string;
  readonly stateFile: string;
}

/** What was made up at the first start and stays the same from then on. */
export interface Installation {
  readonly secretKey: string;
  readonly administratorPassword: string;
  /** The sandbox DLCS's one customer, and its `Authorization`. */
  readonly dlcsCustomer: number;
  readonly dlcsAuthorization: string;
  /** Where the stand-ins listened last, so that the URIs that they gave out go on to lead somewhere. */
  readonly ports: { readonly postgres: number; readonly objectStorage: number; readonly dlcs: number };
}

/** A process that was started from here, by which a later start knows what an earlier one left behind. */
export interface StartedProcess {
  readonly name: string;
  readonly pid: number;
  /** The file that it runs, as it stands on its command line. */
  readonly script: string;
}

/** What runs at the moment, for the demo and for the next start. */
export interface RunningState {
  readonly pid: number;
  /** Whether everything is up. */
  readonly isReady: boolean;
  readonly apiUrl: string;
  readonly processes: readonly StartedProcess[];
  /** A customer of the DLCS that is in use; none where it is not the sandbox's. */
  readonly dlcs?: { readonly customer: number; readonly authorization: string };
  /** What another process needs in its environment to read the stored pages. */
  readonly storageEnvironment: Readonly<Record<string, string>>;
}

/** A file of the data folder cannot be understood; the message says which, and what to do. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

/** Opened by nobody but its owner: it holds secrets. */
const SECRET_FILE = { mode: 0o600 };

/** Preferred where they are free, as they are easy to remember. */
const FIRST_PORTS = { postgres: 54_329, objectStorage: 9_090, dlcs: 8_090 };

/** What stands on the command line of whoever holds {@link DataFolder.lockFile}: `standalone.js`, or `.ts`. */
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
    dlcsFile: within('dlcs.sqlite'),
    scratch: within('scratch'),
    logs: within('logs'),
    demo: within('demo'),
    lockFile: within('lock'),
    installationFile: within('installation.json'),
    stateFile: within('state.json'),
  };
}

/** A path as one would type it here. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') || short === '' ? path : short;
}

/** Makes the folder. Its secrets are in files of their own, closed to others. */
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

/** What an earlier start made up; or all of it anew, kept from now on. @throws {DataFolderError} */
export async function openInstallation(folder: DataFolder): Promise<Installation> {
  const kept = await readJson<Installation>(folder.installationFile);
  if (kept) return kept;
  const dlcsKey = `${randomBytes(6).toString('hex')}:${randomBytes(18).toString('base64url')}`;
  const installation: Installation = {
    secretKey: randomBytes(48).toString('base64url'),
    administratorPassword: randomBytes(12).toString('base64url'),
    dlcsCustomer: 1,
    dlcsAuthorization: `Basic ${Buffer.from(dlcsKey).toString('base64')}`,
    ports: FIRST_PORTS,
  };
  await saveInstallation(folder, installation);
  return installation;
}

/** Keeps an installation, over the one that was kept. */
export async function saveInstallation(folder: DataFolder, installation: Installation): Promise<void> {
  await writeJson(folder.installationFile, installation);
}

/** What runs, or ran when it was last written; it may be gone since. @throws {DataFolderError} */
export async function readState(folder: DataFolder): Promise<RunningState | undefined> {
  return readJson<RunningState>(folder.stateFile);
}

/** Tells others what runs now; undefined once nothing does. */
export async function writeState(folder: DataFolder, state: RunningState | undefined): Promise<void> {
  if (state) await writeJson(folder.stateFile, state);
  else await rm(folder.stateFile, { force: true });
}

async function readJson<T>(path: string): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
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

async function writeJson(path: string, value: unknown): Promise<void> {
  // Renamed into place, so that who reads it sees all of the old or all of the new.
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, `${JSON.stringify(value, null, 2)}\n`, SECRET_FILE);
  await rename(unfinished, path);
}
