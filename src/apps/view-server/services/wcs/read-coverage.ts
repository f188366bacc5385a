import { OgcError } from '../../../../map-kit/ogc-error.ts';
import { type OgcRequest, readNumber } from '../../../../map-kit/ogc-request.ts';
import type { RasterDescription } from '../../cog/cog-reader.ts';
import type { OpenImage } from '../../renderer/images/image-library.ts';
import type { PixelWindow } from '../../renderer/warp/pixel-map.ts';
import { bytesOfSample, createWindow, type RasterWindow } from '../../renderer/warp/raster-window.ts';
import { findAxis } from './coverage-axes.ts';
import { bandName } from './coverage-description.ts';
import type { GeoImage } from './geotiff-writer.ts';
import { type AxisSubset, readCrs, readSubsets } from './subset-parameter.ts';

/** Bytes of the samples of one coverage, at most. */
const MOST_BYTES = 128 * 1_024 * 1_024;

/** What is read of an image. */
interface CoveragePart {
  /** In pixels of full resolution. */
  readonly window: PixelWindow;
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** From 0. */
  readonly bands: readonly number[];
}

/** Reads the part of an image that a request asks for: by the nearest pixels, where it is scaled. @throws {OgcError} */
export async function readCoverage(
  image: OpenImage,
  parameters: OgcRequest,
  maximumSizePixels: number,
  signal: AbortSignal,
): Promise<GeoImage> {
  const { description } = image;
  const part = partOf(parameters, description);
  const { widthPixels, heightPixels, bands } = part;
  if (
    widthPixels > maximumSizePixels ||
    heightPixels > maximumSizePixels ||
    widthPixels * heightPixels * bands.length * bytesOfSample(description.sampleType) > MOST_BYTES
  ) {
    const message = `${widthPixels} × ${heightPixels} pixels of ${bands.length} bands are too many: a side has ${maximumSizePixels} at most. Ask for a subset, or scale it.`;
    throw new OgcError('InvalidParameterValue', message, { locator: 'subset', status: 413 });
  }
  const samples = await readSamples(image, part, signal);
  const { a, b, c, d, e, f } = description.transform;
  const { left, top } = part.window;
  const scaleX = part.window.widthPixels / widthPixels;
  const scaleY = part.window.heightPixels / heightPixels;
  return {
    widthPixels,
    heightPixels,
    bandCount: bands.length,
    samples,
    srs: description.srs,
    nodata: description.nodata,
    transform: {
      a: a * scaleX,
      b: b * scaleY,
      c: c + a * left + b * top,
      d: d * scaleX,
      e: e * scaleY,
      f: f + d * left + e * top,
    },
  };
}

function partOf(parameters: OgcRequest, description: RasterDescription): CoveragePart {
  const window = readWindow(parameters, description);
  return { window, ...readScale(parameters, window), bands: readBands(parameters, description.bandCount) };
}

/** Returns the pixels that a subset touches. */
function readWindow(
  parameters: OgcRequest,
  { srs, box, widthPixels, heightPixels }: RasterDescription,
): PixelWindow {
  const { x, y } = readSubsets(parameters);
  const crs = parameters.find('subsettingCrs');
  const systems = [crs === undefined ? undefined : readCrs(crs), x?.srs, y?.srs];
  const other = systems.find((system) => system !== undefined && system !== srs);
  if (other !== undefined) {
    const message = `Subsets of this coverage are in ${srs}, not in ${other}.`;
    throw new OgcError('SubsettingCrs-NotSupported', message, { locator: 'subsettingCrs' });
  }
  const columns = pixelsOf(x, box.minX, box.maxX, widthPixels);
  const rows = pixelsOf(
    y && { low: y.high === undefined ? undefined : -y.high, high: y.low === undefined ? undefined : -y.low },
    -box.maxY,
    -box.minY,
    heightPixels,
  );
  return {
    left: columns.start,
    top: rows.start,
    widthPixels: columns.count,
    heightPixels: rows.count,
  };
}

function pixelsOf(
  subset: Pick<AxisSubset, 'low' | 'high'> | undefined,
  min: number,
  max: number,
  pixels: number,
): { readonly start: number; readonly count: number } {
  const toPixel = (position: number) => ((position - min) / (max - min)) * pixels;
  // What is off by rounding alone is no further pixel.
  const start = Math.max(0, Math.floor(toPixel(subset?.low ?? min) + 1e-6));
  const end = Math.min(pixels, Math.ceil(toPixel(subset?.high ?? max) - 1e-6));
  if (end <= start) {
    throw new OgcError('InvalidSubsetting', 'The subset is outside the coverage.', { locator: 'subset' });
  }
  return { start, count: end - start };
}

function readScale(
  parameters: OgcRequest,
  { widthPixels, heightPixels }: PixelWindow,
): { readonly widthPixels: number; readonly heightPixels: number } {
  const factor = parameters.find('scaleFactor');
  const size = parameters.find('scaleSize') ?? parameters.find('size');
  if (factor !== undefined) {
    const number = readNumber(factor);
    if (!(number > 0 && number <= 100)) throw invalidScale('scaleFactor');
    return {
      widthPixels: Math.max(1, Math.round(widthPixels * number)),
      heightPixels: Math.max(1, Math.round(heightPixels * number)),
    };
  }
  if (size === undefined) return { widthPixels, heightPixels };
  const sizes = { x: widthPixels, y: heightPixels };
  for (const part of size.split(/,(?![^(]*\))/)) {
    const [, axis = '', pixels = ''] = /^\s*([^()]+)\((\d{1,6})\)\s*$/.exec(part) ?? [];
    if (axis === '' || Number(pixels) < 1) throw invalidScale('scaleSize');
    // Axes may be written as URIs.
    sizes[findAxis(axis.split(/[/#]/).at(-1) ?? '')] = Number(pixels);
  }
  return { widthPixels: sizes.x, heightPixels: sizes.y };
}

function invalidScale(locator: string): OgcError {
  return new OgcError('InvalidScaleFactor', `${locator} cannot be used.`, { locator });
}

/** Reads bands by name or number, and ranges of them: `band1,band3:band5`. */
function readBands(parameters: OgcRequest, bandCount: number): readonly number[] {
  const given = parameters.find('rangeSubset');
  if (given === undefined) return Array.from({ length: bandCount }, (_, band) => band);
  const bands = given.split(',').flatMap((part) => {
    const [first = '', last = first] = part.split(':');
    const from = bandOf(first.trim(), bandCount);
    const to = bandOf(last.trim(), bandCount);
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
  });
  if (bands.length > 0 && bands.length <= bandCount) return bands;
  throw new OgcError('InvalidParameterValue', 'rangeSubset cannot be used.', { locator: 'rangeSubset' });
}

function bandOf(name: string, bandCount: number): number {
  for (let band = 1; band <= bandCount; band += 1) {
    if (name === bandName(band) || name === String(band)) return band - 1;
  }
  throw new OgcError('NoSuchField', `There is no band ${name.slice(0, 40)}.`, { locator: 'rangeSubset' });
}

async function readSamples(
  image: OpenImage,
  { window, widthPixels, heightPixels, bands }: CoveragePart,
  signal: AbortSignal,
): Promise<RasterWindow['samples']> {
  const { levels, ...full } = image.description;
  const wanted = (full.widthPixels * widthPixels) / window.widthPixels;
  const level = Math.max(
    0,
    levels.findLastIndex((each) => each.widthPixels >= wanted - 0.5),
  );
  const raster = levels[level] ?? full;
  const toLevelX = raster.widthPixels / full.widthPixels;
  const toLevelY = raster.heightPixels / full.heightPixels;
  const left = Math.floor(window.left * toLevelX);
  const top = Math.floor(window.top * toLevelY);
  const part = await image.readWindow(
    level,
    {
      left,
      top,
      widthPixels:
        Math.min(raster.widthPixels, Math.ceil((window.left + window.widthPixels) * toLevelX)) - left,
      heightPixels:
        Math.min(raster.heightPixels, Math.ceil((window.top + window.heightPixels) * toLevelY)) - top,
    },
    signal,
  );
  const target = createWindow(
    { left: 0, top: 0, widthPixels, heightPixels },
    bands.length,
    full.sampleType,
    false,
  );
  const columns = Int32Array.from({ length: widthPixels }, (_, x) =>
    nearest(((x + 0.5) / widthPixels) * window.widthPixels + window.left, toLevelX, left, part.widthPixels),
  );
  for (let y = 0; y < heightPixels; y += 1) {
    const place = ((y + 0.5) / heightPixels) * window.heightPixels + window.top;
    const row = nearest(place, toLevelY, top, part.heightPixels) * part.widthPixels;
    for (let x = 0; x < widthPixels; x += 1) {
      const from = (row + (columns[x] ?? 0)) * part.bandCount;
      const to = (y * widthPixels + x) * bands.length;
      for (let band = 0; band < bands.length; band += 1) {
        target.samples[to + band] = part.samples[from + (bands[band] ?? 0)] ?? 0;
      }
    }
  }
  return target.samples;
}

/** Returns the pixel of a window of a level at a place of full resolution. */
function nearest(place: number, toLevel: number, start: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(place * toLevel) - start));
}
