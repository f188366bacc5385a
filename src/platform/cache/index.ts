import type { Database } from '../database/connection.ts';
import type { Logger } from '../logging.ts';
import type { PlatformSettings } from '../settings.ts';
import { Cache, type CacheCarrier } from './cache.ts';
import { DatabaseCarrier } from './database-carrier.ts';
import { MemoryCarrier } from './memory-carrier.ts';
import { NullCarrier } from './null-carrier.ts';
import { RedisCarrier } from './redis-carrier.ts';

export { Cache, CacheError } from './cache.ts';
export { createCacheTable } from './database-carrier.ts';

/** Opens the cache that `CACHE_URL` names; connections are made when they are first needed. */
export function openCache(settings: PlatformSettings['cache'], database: Database, logger: Logger): Cache {
  return new Cache(createCarrier(settings, database, logger));
}

function createCarrier(
  settings: PlatformSettings['cache'],
  database: Database,
  logger: Logger,
): CacheCarrier {
  switch (settings.kind) {
    case 'none':
      return new NullCarrier();
    case 'memory':
      return new MemoryCarrier();
    case 'database':
      return new DatabaseCarrier(database, settings.table);
    case 'redis':
      return new RedisCarrier(settings.url, logger);
  }
}
