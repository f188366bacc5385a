import { startSandboxDlcs } from '../apps/composite/sandbox/dlcs/dlcs.ts';
import { makeSamplePdf } from '../apps/composite/sandbox/sample/sample-pdf.ts';
import { type DataFolder, type Installation, shownPath } from './data-folder.ts';
import type { LogFile } from './log-output.ts';
import { startSandboxObjectStorage } from './object-storage.ts';
import { startPostgres } from './postgres.ts';
import { settingOf } from './standalone-environment.ts';

/** One of the things that a single machine lacks, or the user's own that is used instead. */
export interface Service {
  /** As it is shown to people. */
  readonly name: string;
  readonly url: string;
  /** What there is to know about it, in a few words. */
  readonly note: string;
  /** What the API and the engine need in their environment to find it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly isStandIn: boolean;
  readonly port?: number;
  /** Resolves with a reason when it ended on its own. */
  readonly ended?: Promise<string>;
  stop(): Promise<void>;
}

/** What the stand-ins are started with. */
export interface StandInContext {
  readonly folder: DataFolder;
  readonly installation: Installation;
  /** What the user set. */
  readonly environment: NodeJS.ProcessEnv;
  readonly postgresLog: LogFile;
  readonly onStorageError: (error: Error) => void;
}

/** Where pages go when nobody says otherwise; the default of `DLCS_S3_BUCKET_NAME`. */
const BUCKET_NAME = 'dlcs-composite-images';

/** The database of `DATABASE_URL`; without it, an embedded Postgres. */
export async function openPostgresService(context: StandInContext): Promise<Service> {
  const given = settingOf(context.environment, 'DATABASE_URL');
  if (given !== undefined) return own('Postgres', withoutPassword(given), 'yours, from DATABASE_URL');
  const postgres = await startPostgres({
    dataDirectory: context.folder.postgres,
    preferredPort: context.installation.ports.postgres,
    onLog: (text) => context.postgresLog.write(text),
  });
  return {
    name: 'Postgres',
    url: withoutPassword(postgres.url),
    note: `stand-in; its password is in ${shownPath(context.folder.postgres)}/password`,
    environment: { DATABASE_URL: postgres.url },
    isStandIn: true,
    port: postgres.port,
    ended: postgres.ended,
    stop: () => postgres.stop(),
  };
}

/**
 * The S3 that the user named, by a bucket or an endpoint; otherwise a stand-in. AWS credentials alone are no
 * such sign: many have them in their environment for other work.
 */
export async function openObjectStorageService(context: StandInContext): Promise<Service> {
  const endpoint =
    settingOf(context.environment, 'AWS_ENDPOINT_URL_S3') ??
    settingOf(context.environment, 'AWS_ENDPOINT_URL');
  const bucket = settingOf(context.environment, 'DLCS_S3_BUCKET_NAME');
  if (endpoint !== undefined || bucket !== undefined) {
    return own('S3', endpoint ?? 'Amazon S3', `yours, bucket ${bucket ?? BUCKET_NAME}`);
  }
  const storage = await onPreferredPort(context.installation.ports.objectStorage, (port) =>
    startSandboxObjectStorage({
      directory: context.folder.objects,
      bucketName: BUCKET_NAME,
      port,
      onError: context.onStorageError,
    }),
  );
  await keepSample(storage.url);
  return {
    name: 'S3',
    url: storage.url,
    note: `stand-in, bucket ${BUCKET_NAME}`,
    environment: { ...storage.environment, DLCS_S3_BUCKET_NAME: BUCKET_NAME },
    isStandIn: true,
    port: storage.port,
    stop: () => storage.close(),
  };
}

/** Where the stand-in for S3 shows a PDF to try things with. */
export const SAMPLE_PATH = `/${BUCKET_NAME}/samples/almanac.pdf`;

async function keepSample(storageUrl: string): Promise<void> {
  const url = `${storageUrl}${SAMPLE_PATH}`;
  if ((await fetch(url, { method: 'HEAD' })).ok) return;
  const headers = { 'Content-Type': 'application/pdf' };
  await fetch(url, { method: 'PUT', headers, body: Uint8Array.from(await makeSamplePdf()) });
}

/** The DLCS of `DLCS_API_ROOT`; without it, a stand-in with one customer. */
export async function openDlcsService(context: StandInContext): Promise<Service> {
  const given = settingOf(context.environment, 'DLCS_API_ROOT');
  if (given !== undefined) return own('DLCS', given, 'yours, from DLCS_API_ROOT');
  const { dlcsAuthorization, dlcsCustomer, ports } = context.installation;
  const dlcs = await onPreferredPort(ports.dlcs, (port) =>
    startSandboxDlcs({
      dataFile: context.folder.dlcsFile,
      port,
      credentials: [{ authorization: dlcsAuthorization, customer: dlcsCustomer }],
    }),
  );
  return {
    name: 'DLCS',
    url: dlcs.url,
    note: `stand-in, customer ${dlcsCustomer}`,
    environment: { DLCS_API_ROOT: dlcs.url },
    isStandIn: true,
    port: dlcs.port,
    stop: () => dlcs.close(),
  };
}

function own(name: string, url: string, note: string): Service {
  return { name, url, note, environment: {}, isStandIn: false, stop: async () => {} };
}

async function onPreferredPort<T>(port: number, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(port);
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!isTaken) throw error;
    return start(0);
  }
}

function withoutPassword(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed) return 'DATABASE_URL';
  parsed.password = '';
  return parsed.href;
}
