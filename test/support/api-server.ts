import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openApplication } from '../../src/application.ts';
import {
  SANDBOX_AUTHORIZATION,
  type SandboxDlcs,
  startSandboxDlcs,
} from '../../src/apps/composite/sandbox/dlcs/dlcs.ts';
import { readInstallation } from '../../src/installation.ts';
import { listen } from '../../src/platform/http/web-server.ts';
import { openPlatform, type Platform } from '../../src/platform/platform.ts';
import type { TaskQueue } from '../../src/queue/index.ts';
import { type CapturedLog, captureLog } from './captured-log.ts';
import { createTestDatabase } from './database.ts';

/** The customer that the credentials of {@link ApiServer.headers} open; they do not open another. */
export const CUSTOMER = 5;

/** The API over HTTP, with a database and a DLCS of a test's own. */
export interface ApiServer {
  /** No slash at the end. */
  readonly url: string;
  readonly platform: Platform;
  readonly queue: TaskQueue;
  readonly dlcs: SandboxDlcs;
  readonly log: CapturedLog;
  /** Those of a caller that the DLCS lets in. */
  readonly headers: Readonly<Record<string, string>>;
  /** The same thing where the server listens, of a URI that it gave out. */
  locate(uri: string): string;
  stop(): Promise<void>;
}

/** Starts the API in this process. */
export async function startApi(environment: Readonly<Record<string, string>> = {}): Promise<ApiServer> {
  const [test, scratchDirectory, dlcs] = await Promise.all([
    createTestDatabase(),
    mkdtemp(join(tmpdir(), 'composite-api-')),
    startSandboxDlcs({ credentials: [{ authorization: SANDBOX_AUTHORIZATION, customer: CUSTOMER }] }),
  ]);
  const { apps, settings } = readInstallation({
    DATABASE_URL: test.url,
    DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
    DLCS_API_ROOT: dlcs.url,
    SCRATCH_DIRECTORY: scratchDirectory,
    WEB_SERVER_SCHEME: 'https',
    WEB_SERVER_HOSTNAME: 'composites.example.org',
    ...environment,
  });
  const log = captureLog();
  const platform = {
    ...openPlatform(settings, { processName: 'test', maximumConnections: 5 }),
    logger: log.logger,
  };
  const { application, queue, close } = await openApplication(apps, platform);
  const server = await listen(application, 0);
  const url = `http://127.0.0.1:${server.port}`;
  return {
    url,
    platform,
    queue,
    dlcs,
    log,
    headers: { authorization: SANDBOX_AUTHORIZATION, 'content-type': 'application/json' },
    locate: (uri) => uri.replace(platform.settings.web.baseUrl, url),
    async stop() {
      await server.stop(0);
      await close();
      await platform.close();
      await Promise.all([test.drop(), dlcs.close(), rm(scratchDirectory, { recursive: true, force: true })]);
    },
  };
}

/** A submission that fits, with members that differ from the plainest one in these fields. */
export function collectionOf(...members: object[]): object {
  return {
    '@context': 'http://www.w3.org/ns/hydra/context.jsonld',
    '@type': 'Collection',
    member: members.map((fields) => ({
      '@type': 'vocab:Composite',
      id: 'my-pdf-{:03d}',
      space: 1,
      origin: 'https://example.org/my.pdf',
      incrementSeed: 1,
      ...fields,
    })),
  };
}
