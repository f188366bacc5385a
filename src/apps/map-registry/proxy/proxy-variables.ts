import { wholeNumber } from '../../../platform/settings/values.ts';
import { variable } from '../../../platform/settings/variable.ts';

/** How maps of layers are drawn and kept. */
export const proxyVariables = {
  cacheSeconds: variable('REGISTRY_PROXY_CACHE_EXPIRES', wholeNumber(1, 315_360_000), {
    default: '3600',
    meaning:
      'Seconds after which a tile of a layer is fetched again from its server. Browsers keep tiles for as long.',
  }),
  memoryMebibytes: variable('REGISTRY_PROXY_CACHE_MEMORY', wholeNumber(0, 65_536), {
    default: '32',
    meaning: 'Mebibytes of tiles that a server process keeps in memory; 0 for none.',
  }),
  maximumTiles: variable('REGISTRY_PROXY_CACHE_MAX_TILES', wholeNumber(1, 1_000_000_000), {
    default: '1000000',
    meaning: 'Tiles that are stored at most; the oldest of more are removed every ten minutes.',
  }),
  hostConcurrency: variable('REGISTRY_PROXY_HOST_CONCURRENCY', wholeNumber(1, 100), {
    default: '4',
    meaning: 'Requests for maps and tiles that a server process sends to one host at a time; others wait.',
  }),
  maximumSizePixels: variable('REGISTRY_PROXY_MAX_SIZE', wholeNumber(256, 4_096), {
    default: '2048',
    meaning: 'Pixels that a map of a layer may have to each side.',
  }),
};
