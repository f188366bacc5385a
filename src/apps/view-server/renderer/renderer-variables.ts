import { wholeNumber } from '../../../platform/settings/values.ts';
import { variable } from '../../../platform/settings/variable.ts';

/** How maps are drawn. */
export const rendererVariables = {
  blockCacheMebibytes: variable('BLOCK_CACHE_MEMORY', wholeNumber(1, 65_536), {
    default: '256',
    meaning: 'Mebibytes of decoded blocks of images that a server process keeps.',
  }),
  timeoutSeconds: variable('RENDER_TIMEOUT', wholeNumber(1, 3_600), {
    default: '120',
    meaning: 'Seconds after which a map that is not drawn yet is an error.',
  }),
  maximumProducts: variable('TILE_MAX_PRODUCTS', wholeNumber(1, 1_000), {
    default: '30',
    meaning:
      'Products that are drawn in one picture or tile at most. The newest are on top; the oldest are left out, and the header `X-Products-Cut` says so.',
  }),
  maximumSizePixels: variable('WMS_MAX_SIZE', wholeNumber(256, 16_384), {
    default: '4096',
    meaning: 'Width and height of a picture of the WMS at most, in pixels, and of a coverage of the WCS.',
  }),
};
