import { randomBytes } from 'node:crypto';
import type { Texts } from '../app-kit/sandbox/app-sandbox.ts';
import type { DataFolder } from './data-folder.ts';
import { readSecretJson, writeSecretJson } from './secret-json-file.ts';

/** What was made at the first start and stays the same from then on. */
export interface KeptInstallation {
  readonly secretKey: string;
  readonly administratorPassword: string;
  /** Where the services listened last, by their keys, so that the URIs that they gave out stay valid. */
  readonly ports: Readonly<Record<string, number>>;
  /** The secrets of each app, by its name. */
  readonly apps: Readonly<Record<string, Texts>>;
  /** What a version wrote that gave apps no part of their own. */
  readonly [earlier: string]: unknown;
}

/** Returns what an earlier start made; makes it where there was none. @throws {DataFolderError} */
export async function openInstallation(folder: DataFolder): Promise<KeptInstallation> {
  const kept = await readSecretJson<KeptInstallation>(folder.installationFile);
  if (kept) return { ...kept, ports: kept.ports ?? {}, apps: kept.apps ?? {} };
  const installation: KeptInstallation = {
    secretKey: randomBytes(48).toString('base64url'),
    administratorPassword: randomBytes(12).toString('base64url'),
    ports: {},
    apps: {},
  };
  await saveInstallation(folder, installation);
  return installation;
}

/** Keeps an installation in place of the one that was kept. */
export async function saveInstallation(folder: DataFolder, installation: KeptInstallation): Promise<void> {
  await writeSecretJson(folder.installationFile, installation);
}
