import { makeValidator } from 'envalid';
import { boolean, oneOf, refuse, wholeNumber } from '../../../platform/settings/values.ts';
import { optionalVariable, variable } from '../../../platform/settings/variable.ts';
import type { CogOptions } from './cog-engine.ts';
import type { OtherProjections } from './projections.ts';

/** The engines that write COGs. */
const COG_ENGINES = ['built-in', 'gdal'] as const;

/** The name of an engine. */
export type CogEngineName = (typeof COG_ENGINES)[number];

const KEEPS_SOURCE_SRS = 'source';

const targetSrs = makeValidator<string>((input) => {
  const srs = input.trim();
  if (srs.toLowerCase() === KEEPS_SOURCE_SRS) return KEEPS_SOURCE_SRS;
  return /^EPSG:\d{4,5}$/i.test(srs) ? srs.toUpperCase() : refuse('a code such as EPSG:4326, or source');
});

const projections = makeValidator<OtherProjections>((input) => {
  const parts = input.split(';').filter((part) => part.trim() !== '');
  const entries = parts.map((part) => {
    const [, code = '', definition = ''] = /^\s*(EPSG:\d{4,5})\s*=\s*(\+proj=.*?)\s*$/i.exec(part) ?? [];
    if (code === '') return refuse('EPSG:2154=+proj=lcc …, with semicolons between several');
    return [code.toUpperCase(), definition] as const;
  });
  return new Map(entries);
});

const blockSize = makeValidator<number>((input) => {
  const pixels = /^\d+$/.test(input.trim()) ? Number(input) : 0;
  return pixels >= 64 && pixels <= 4096 && pixels % 16 === 0
    ? pixels
    : refuse('a multiple of 16 from 64 to 4096');
});

const sampleValue = makeValidator<number>((input) => {
  if (/^nan$/i.test(input.trim())) return Number.NaN;
  const value = input.trim() === '' ? Number.NaN : Number(input);
  return Number.isFinite(value) ? value : refuse('a number, or NaN');
});

/** How images become COGs. Names and values follow GDAL's COG driver. */
export const cogVariables = {
  engine: variable('PREPROCESSOR_ENGINE', oneOf(COG_ENGINES), {
    default: 'built-in',
    meaning:
      'What reads images and writes COGs. `built-in` reads GeoTIFFs, and needs nothing installed. `gdal` runs the installed `gdalwarp`, which reads many more formats, such as JPEG 2000.',
  }),
  targetSrs: variable('PREPROCESSOR_TARGET_SRS', targetSrs, {
    default: 'EPSG:4326',
    meaning: 'The reference system that images are warped to. `source`: they keep their own.',
  }),
  projections: optionalVariable('PREPROCESSOR_PROJECTIONS', projections, {
    example:
      'EPSG:2154=+proj=lcc +lat_1=49 +lat_2=44 +lat_0=46.5 +lon_0=3 +x_0=700000 +y_0=6600000 +ellps=GRS80',
    meaning:
      'Reference systems that the built-in engine does not know, as PROJ strings, with semicolons between them. It knows EPSG:4326, 4258, 3857, 3035, and UTM (326xx, 327xx, 258xx).',
  }),
  blockSizePixels: variable('PREPROCESSOR_BLOCKSIZE', blockSize, {
    default: '512',
    meaning: 'Width and height of the blocks of a COG, in pixels.',
  }),
  compression: variable('PREPROCESSOR_COMPRESS', oneOf(['deflate', 'zstd', 'none'] as const), {
    default: 'DEFLATE',
    meaning: 'How blocks are compressed: `DEFLATE`, `ZSTD` or `NONE`.',
  }),
  compressionLevel: variable('PREPROCESSOR_LEVEL', wholeNumber(1, 22), {
    default: '1',
    meaning: 'How much work goes into compression: 1 to 9 for `DEFLATE`, 1 to 22 for `ZSTD`.',
  }),
  hasPredictor: variable('PREPROCESSOR_PREDICTOR', boolean, {
    default: 'YES',
    meaning: 'Whether blocks hold differences of neighbours, which are smaller when compressed.',
  }),
  resampling: variable('PREPROCESSOR_RESAMPLING', oneOf(['nearest', 'bilinear'] as const), {
    default: 'bilinear',
    meaning: 'How pixels are made when an image is warped. Images with a palette are always `nearest`.',
  }),
  overviewResampling: variable('PREPROCESSOR_OVERVIEW_RESAMPLING', oneOf(['nearest', 'average'] as const), {
    default: 'average',
    meaning: 'How pixels of overviews are made.',
  }),
  nodata: optionalVariable('PREPROCESSOR_NODATA', sampleValue, {
    example: '0',
    meaning: 'What samples without data hold. Default: what the image says.',
  }),
  threadCount: variable('PREPROCESSOR_THREAD_COUNT', wholeNumber(1, 64), {
    default: '2',
    meaning:
      'Threads that warp an image, and blocks of it that are compressed at a time; the threads of `gdalwarp`.',
  }),
  maximumPixels: variable('PREPROCESSOR_MAX_PIXELS', wholeNumber(1), {
    default: '10000000000',
    meaning: 'Pixels that an image may have for the built-in engine, before and after it is warped.',
  }),
};

/** The values of {@link cogVariables}. */
export interface CogSettings {
  readonly engine: CogEngineName;
  readonly targetSrs: string;
  readonly projections: OtherProjections | undefined;
  readonly blockSizePixels: number;
  readonly compression: 'deflate' | 'zstd' | 'none';
  readonly compressionLevel: number;
  readonly hasPredictor: boolean;
  readonly resampling: 'nearest' | 'bilinear';
  readonly overviewResampling: 'nearest' | 'average';
  readonly nodata: number | undefined;
  readonly threadCount: number;
  readonly maximumPixels: number;
}

/** What COGs are to be like, by the settings. */
export function cogOptionsOf(settings: CogSettings): CogOptions {
  const { targetSrs: srs, compression, compressionLevel, ...rest } = settings;
  const compressions = { deflate: 'DEFLATE', zstd: 'ZSTD', none: 'NONE' } as const;
  return {
    targetSrs: srs === KEEPS_SOURCE_SRS ? undefined : srs,
    blockSizePixels: rest.blockSizePixels,
    compression: compressions[compression],
    compressionLevel: compression === 'deflate' ? Math.min(9, compressionLevel) : compressionLevel,
    hasPredictor: rest.hasPredictor,
    resampling: rest.resampling,
    overviewResampling: rest.overviewResampling,
    nodata: rest.nodata,
    bigTiff: 'IF_NEEDED',
    threadCount: rest.threadCount,
  };
}
