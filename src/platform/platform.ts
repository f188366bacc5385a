import type { DestinationStream } from 'pino';
import { type Cache, openCache } from './cache/index.ts';
import { SecretBox } from './crypto/secret-box.ts';
import { type Database, openDatabase } from './database/connection.ts';
import { createLogger, type Logger } from './logging.ts';
import { PRODUCT_SLUG } from './product.ts';
import type { ProcessSettings } from './settings/process-settings.ts';
import type { Section } from './settings/section.ts';
import { type PlatformSettings, platformSettings } from './settings.ts';
import { Buckets } from './storage/buckets.ts';
import type { BucketSettings, ObjectStorage } from './storage/object-storage.ts';

/** What everything is built on, opened once in each process and handed down. */
export interface Platform {
  readonly settings: PlatformSettings;
  /** Returns the settings of the queue or of an app. */
  settingsOf<Settings>(section: Section<Settings>): Settings;
  readonly logger: Logger;
  readonly database: Database;
  /** How long its connections to Postgres may be silent; so may others that the process opens for the same work. */
  readonly silenceTimeoutSeconds: number | undefined;
  readonly cache: Cache;
  /** Opens a bucket; the same settings give the same connections. They are closed with the platform. */
  bucket(settings: BucketSettings): ObjectStorage;
  readonly secretBox: SecretBox;
  /** Closes every connection; nothing may be in flight. */
  close(): Promise<void>;
}

/** Options of {@link openPlatform}. */
export interface PlatformOptions {
  /** What this process is (`server`, `engine`, `worker`, …): named in logs and in Postgres. */
  readonly processName: string;
  /** Connections to Postgres that this process holds at most. */
  readonly maximumConnections: number;
  /** How long a connection to Postgres may be silent, as {@link openDatabase} has it. */
  readonly silenceTimeoutSeconds?: number;
  /** Takes the lines of the log. Default: standard output. */
  readonly logDestination?: DestinationStream;
}

/** Opens the platform; connections are made when they are first needed. */
export function openPlatform(processSettings: ProcessSettings, options: PlatformOptions): Platform {
  const settings = processSettings.of(platformSettings);
  const logger = createLogger(settings, options.processName, options.logDestination);
  const database = openDatabase(settings.databaseUrl, {
    applicationName: `${PRODUCT_SLUG} ${options.processName}`,
    maximumConnections: options.maximumConnections,
    silenceTimeoutSeconds: options.silenceTimeoutSeconds,
    logger,
  });
  const cache = openCache(settings.cache, database, logger);
  const buckets = new Buckets(settings.aws.s3Endpoint);
  return {
    settings,
    settingsOf: (section) => processSettings.of(section),
    logger,
    database,
    silenceTimeoutSeconds: options.silenceTimeoutSeconds,
    cache,
    bucket: (bucketSettings) => buckets.open(bucketSettings),
    secretBox: new SecretBox(settings.secretKey, settings.secretKeyFallbacks),
    async close() {
      buckets.close();
      await Promise.all([cache.close(), database.destroy()]);
    },
  };
}
