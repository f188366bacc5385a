import { text, wholeNumber } from '../../../platform/settings/values.ts';
import { optionalVariable, variable } from '../../../platform/settings/variable.ts';

/** How tiles are kept. */
export const tileVariables = {
  prefix: variable('TILE_CACHE_PREFIX', text, {
    default: 'cache/',
    meaning: 'What the paths of tiles start with, in the place where the files of their collection are.',
  }),
  memoryMebibytes: variable('TILE_CACHE_MEMORY', wholeNumber(0, 65_536), {
    default: '64',
    meaning: 'Mebibytes of tiles that a server process keeps in memory; 0 for none.',
  }),
  expiresSeconds: variable('TILE_EXPIRES', wholeNumber(0, 31_536_000), {
    default: '3600',
    meaning: 'Seconds that browsers and proxies may keep a tile before they ask whether it has changed.',
  }),
  autoExpireSeconds: optionalVariable('TILE_AUTO_EXPIRE', wholeNumber(1, 315_360_000), {
    example: '2592000',
    meaning:
      'Seconds after which a stored tile is drawn again. Not set: a tile is kept until products that it shows are registered or purged.',
  }),
  maximumTiles: variable('TILE_CACHE_MAX_TILES', wholeNumber(1, 1_000_000_000), {
    default: '10000000',
    meaning: 'Tiles that are stored at most; the oldest of more are removed every ten minutes.',
  }),
};
