import { rm } from 'node:fs/promises';
import type { Texts } from '../app-kit/sandbox/app-sandbox.ts';
import type { DataFolder } from './data-folder.ts';
import { readSecretJson, writeSecretJson } from './secret-json-file.ts';

/** A process that was started from here, by which a later start knows what an earlier one left behind. */
export interface StartedProcess {
  readonly name: string;
  readonly pid: number;
  /** The file that it runs, as it is on its command line. */
  readonly script: string;
}

/** What runs at the moment, for demos, management commands and the next start. */
export interface RunningState {
  readonly pid: number;
  /** Whether everything is up. */
  readonly isReady: boolean;
  readonly apiUrl: string;
  readonly processes: readonly StartedProcess[];
  /** What the demo of each running app needs, by the app's name. */
  readonly apps: Readonly<Record<string, Texts>>;
  /** The variables that were set for the server and the engines, besides those of the user. */
  readonly environment: Texts;
}

/** What runs, or ran when it was last written; it may be gone since. @throws {DataFolderError} */
export async function readState(folder: DataFolder): Promise<RunningState | undefined> {
  return readSecretJson<RunningState>(folder.stateFile);
}

/** Says what runs now; undefined once nothing does. */
export async function writeState(folder: DataFolder, state: RunningState | undefined): Promise<void> {
  if (state) await writeSecretJson(folder.stateFile, state);
  else await rm(folder.stateFile, { force: true });
}
