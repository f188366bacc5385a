import type { SandboxBucket, SandboxFile } from '../app-kit/sandbox/app-sandbox.ts';
import { onPreferredPort, ownService, type RunningStandIn } from '../app-kit/sandbox/stand-in.ts';
import { startSandboxObjectStorage } from './object-storage.ts';
import { settingOf } from './standalone-environment.ts';

/** As it is shown to people. */
export const OBJECT_STORAGE_NAME = 'S3';

/** Preferred at the first start, as it is easy to remember. */
export const OBJECT_STORAGE_PORT = 9_090;

/**
 * The S3 that the user named, by a bucket or an endpoint; otherwise a stand-in with the buckets of all apps. AWS
 * credentials alone are no such sign: many have them in their environment for other work.
 */
export async function openObjectStorageService(context: {
  /** What the user has set. */
  readonly environment: NodeJS.ProcessEnv;
  readonly directory: string;
  readonly port: number;
  /** The buckets of all apps. */
  readonly buckets: readonly SandboxBucket[];
  readonly onError: (error: Error) => void;
}): Promise<RunningStandIn> {
  const { environment, buckets } = context;
  const endpoint =
    settingOf(environment, 'AWS_ENDPOINT_URL_S3') ?? settingOf(environment, 'AWS_ENDPOINT_URL');
  const named = buckets.map(({ variable }) => settingOf(environment, variable));
  const names = [...new Set(buckets.map(({ defaultName }, index) => named[index] ?? defaultName))];
  const shownNames = `${names.length === 1 ? 'bucket' : 'buckets'} ${names.join(', ')}`;
  if (endpoint !== undefined || named.some((name) => name !== undefined)) {
    return ownService(OBJECT_STORAGE_NAME, endpoint ?? 'Amazon S3', `yours, ${shownNames}`);
  }
  const storage = await onPreferredPort(context.port, (port) =>
    startSandboxObjectStorage({
      directory: context.directory,
      bucketNames: names,
      port,
      onError: context.onError,
    }),
  );
  for (const { defaultName, files = [] } of buckets) {
    for (const file of files) await keepFile(`${storage.url}/${defaultName}/${file.key}`, file);
  }
  return {
    name: OBJECT_STORAGE_NAME,
    url: storage.url,
    note: `stand-in, ${shownNames}`,
    environment: {
      ...storage.environment,
      ...Object.fromEntries(buckets.map(({ variable, defaultName }) => [variable, defaultName])),
    },
    isStandIn: true,
    port: storage.port,
    stop: () => storage.close(),
  };
}

async function keepFile(url: string, { contentType, make }: SandboxFile): Promise<void> {
  if ((await fetch(url, { method: 'HEAD' })).ok) return;
  const headers = { 'Content-Type': contentType };
  await fetch(url, { method: 'PUT', headers, body: Uint8Array.from(await make()) });
}
