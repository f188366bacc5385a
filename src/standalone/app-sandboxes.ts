import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { App } from '../app-kit/app.ts';
import { refuseClashes } from '../app-kit/clashes.ts';
import { ownerOf } from '../app-kit/installed-apps.ts';
import type { AppSandbox, Texts } from '../app-kit/sandbox/app-sandbox.ts';
import type { DataFolder } from './data-folder.ts';
import { type KeptInstallation, saveInstallation } from './kept-installation.ts';
import { OBJECT_STORAGE_NAME } from './object-storage-service.ts';
import { POSTGRES_NAME } from './postgres-service.ts';

/** An app, and what it brings for one machine. */
export interface SandboxedApp {
  readonly app: App;
  readonly sandbox: AppSandbox;
}

/**
 * Loads what apps bring for one machine.
 *
 * @throws {AppClashError} if two stand-ins have the same name.
 */
export async function loadSandboxes(apps: readonly App[]): Promise<readonly SandboxedApp[]> {
  const loaded = await Promise.all(
    apps.map(async (app) => ({ app, sandbox: (await app.sandbox?.()) ?? {} })),
  );
  refuseClashes('stand-in', [
    ...[POSTGRES_NAME, OBJECT_STORAGE_NAME].map((value) => ({ owner: 'the service itself', value })),
    ...loaded.flatMap(({ app, sandbox: { standIns = [] } }) =>
      standIns.map(({ name }) => ({ owner: ownerOf(app), value: name })),
    ),
  ]);
  return loaded;
}

/** Makes the folder of each app, and its secrets, if there are none yet. Returns the installation with them. */
export async function keepSecrets(
  apps: readonly SandboxedApp[],
  folder: DataFolder,
  installation: KeptInstallation,
): Promise<KeptInstallation> {
  let kept = installation;
  for (const { app, sandbox } of apps) {
    const directory = appDirectory(folder, app);
    await mkdir(directory, { recursive: true });
    if (kept.apps[app.name]) continue;
    const takenOver = await sandbox.takeOver?.({ dataDirectory: folder.path, directory, installation });
    const secrets: Texts = takenOver ?? sandbox.makeSecrets?.() ?? {};
    kept = { ...kept, apps: { ...kept.apps, [app.name]: secrets } };
    await saveInstallation(folder, kept);
  }
  return kept;
}

/** An app's own folder in the data folder. */
export function appDirectory(folder: DataFolder, { name }: App): string {
  return join(folder.apps, name);
}
