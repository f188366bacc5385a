import { Writable } from 'node:stream';
import { createClient } from 'redis';
import type { DemoContext } from '../../../../app-kit/sandbox/app-demo.ts';
import { DemoError } from '../../../../app-kit/sandbox/demo-error.ts';
import type { Database } from '../../../../platform/database/connection.ts';
import { errorMessage } from '../../../../platform/error-message.ts';
import { openPlatform } from '../../../../platform/platform.ts';
import { readSettings } from '../../../../platform/settings/process-settings.ts';
import { platformSettings } from '../../../../platform/settings.ts';
import { findCollection } from '../../collections/collections.ts';
import type { FileStore } from '../../files/file-store.ts';
import { openFileStore } from '../../files/open-file-store.ts';
import { type RedisKeyNames, viewServerSettings } from '../../settings.ts';
import { SCENES } from '../collections-stand-in.ts';

/** A client of Redis, as the package `redis` makes it. */
export type RedisClient = ReturnType<typeof createRedisClient>;

/** What the demo talks to, beside HTTP. */
export interface DemoConnections {
  readonly redis: RedisClient;
  readonly keys: RedisKeyNames;
  /** Where packages are. */
  readonly packages: FileStore;
  /** Asked for the reason of a failure alone. */
  readonly database: Database;
  close(): Promise<void>;
}

/** Opens them. @throws {DemoError} if the collections are not the sandbox's own: the demo would write into them. */
export async function openDemoConnections({ environment, state }: DemoContext): Promise<DemoConnections> {
  if (state['collections'] !== 'stand-in') {
    throw new DemoError(
      'The demo pushes scenes to a collection of its own. Unset VIEW_SERVER_COLLECTIONS, VIEW_SERVER_SOURCE and VIEW_SERVER_TARGET, and start again',
    );
  }
  const settings = readSettings(environment, [platformSettings, viewServerSettings]);
  const { redis: redisSettings, redisKeyNames } = settings.of(viewServerSettings);
  const { listen, password } = redisSettings;
  if (!listen) throw new DemoError('The server listens for no Redis clients: REDIS_LISTEN is not set');
  addS3Variables(environment);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const platform = openPlatform(settings, {
    processName: 'demo',
    maximumConnections: 1,
    logDestination: nowhere,
  });
  const redis = createRedisClient({ host: listen.host, port: listen.port, password });
  try {
    const { source } = await findCollection(platform, SCENES);
    await redis.connect();
    return {
      redis,
      keys: redisKeyNames,
      packages: openFileStore(platform, source),
      database: platform.database,
      async close() {
        redis.destroy();
        await platform.close();
      },
    };
  } catch (error) {
    await platform.close();
    throw new DemoError(
      `The server cannot be reached as Redis at ${listen.host}:${listen.port}: ${errorMessage(error)}`,
      { cause: error },
    );
  }
}

/** The client of S3 reads them of its process alone. */
function addS3Variables(environment: NodeJS.ProcessEnv): void {
  const variables = Object.entries(environment).filter(([name]) => name.startsWith('AWS_'));
  Object.assign(process.env, Object.fromEntries(variables));
}

function createRedisClient(address: {
  readonly host: string;
  readonly port: number;
  readonly password: string | undefined;
}) {
  const { host, port, password } = address;
  const client = createClient({
    socket: { host, port, reconnectStrategy: false },
    ...(password === undefined ? {} : { password }),
  });
  // Failures are reported by the command that waits for it.
  client.on('error', () => undefined);
  return client;
}
