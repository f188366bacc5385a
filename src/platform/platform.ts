import type { Settings } from '../settings.ts';
import { type Cache, openCache } from './cache/index.ts';
import { SecretBox } from './crypto/secret-box.ts';
import { type Database, openDatabase } from './database/connection.ts';
import { createLogger, type Logger } from './logging.ts';
import { ObjectStorage } from './object-storage.ts';

/** What everything stands on, opened once in each process and handed down. */
export interface Platform {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly database: Database;
  /** How long its connections to Postgres may be silent; so may others that the process opens for the same work. */
  readonly silenceTimeoutSeconds: number | undefined;
  readonly cache: Cache;
  readonly objectStorage: ObjectStorage;
  readonly secretBox: SecretBox;
  /** Closes every connection; nothing may be in flight. */
  close(): Promise<void>;
}

/** Options of {@link openPlatform}. */
export interface PlatformOptions {
  /** What this process is (`server`, `engine`, `worker`, …): named in logs and in Postgres. */
  readonly processName: string;
  /** Connections to Postgres that this process holds at the most. */
  readonly maximumConnections: number;
  /** How long a connection to Postgres may be silent, as {@link openDatabase} has it. */
  readonly silenceTimeoutSeconds?: number;
}

/** Opens the platform; connections are made when they are first needed. */
export function openPlatform(settings: Settings, options: PlatformOptions): Platform {
  const logger = createLogger(settings, options.processName);
  const database = openDatabase(settings.databaseUrl, {
    applicationName: `composite-handler ${options.processName}`,
    maximumConnections: options.maximumConnections,
    silenceTimeoutSeconds: options.silenceTimeoutSeconds,
    logger,
  });
  const cache = openCache(settings.cache, database, logger);
  const objectStorage = new ObjectStorage(settings.storage);
  return {
    settings,
    logger,
    database,
    silenceTimeoutSeconds: options.silenceTimeoutSeconds,
    cache,
    objectStorage,
    secretBox: new SecretBox(settings.secretKey, settings.secretKeyFallbacks),
    async close() {
      objectStorage.close();
      await Promise.all([cache.close(), database.destroy()]);
    },
  };
}
