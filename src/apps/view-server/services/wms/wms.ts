import type { AppContext } from '../../../../app-kit/app-context.ts';
import type { WmsVersion } from '../../../../map-kit/axis-order.ts';
import { transformBox } from '../../../../map-kit/crs.ts';
import { OgcError } from '../../../../map-kit/ogc-error.ts';
import type { OgcRequest } from '../../../../map-kit/ogc-request.ts';
import { encodePicture } from '../../../../map-kit/picture-encoding.ts';
import type { OwsCall, OwsReply, OwsService } from '../../../../map-kit/replies/ows-service.ts';
import {
  checkStyles,
  type MapPlace,
  type PictureSize,
  readLayers,
  readPictureStyle,
  readPlace,
  readTimeParameter,
} from '../../../../map-kit/wms/map-parameters.ts';
import { reportWmsException } from '../../../../map-kit/wms/report-exception.ts';
import {
  runWmsOperation,
  type WmsOperations,
  wmsCapabilitiesReply,
} from '../../../../map-kit/wms/wms-requests.ts';
import { readWmsVersion } from '../../../../map-kit/wms/wms-version.ts';
import { findCollectionExtent } from '../../catalogue/collection-extents.ts';
import { findProducts } from '../../catalogue/find-products.ts';
import type { CatalogueProduct } from '../../catalogue/product.ts';
import { openCollections } from '../../collections/collections.ts';
import { findLayer } from '../../renderer/layers/find-layer.ts';
import { openPictureBudget, openRenderer } from '../../renderer/open-renderer.ts';
import { RenderTimeoutError } from '../../renderer/render-timeout-error.ts';
import { viewServerSettings } from '../../settings.ts';
import { describeWms } from './describe-service.ts';
import { drawLayers } from './draw-layers.ts';
import { describeFeatures, findFeatureFormat, footprintHolds } from './feature-info.ts';

/** Proxies and browsers keep pictures for so long: products may be added and replaced at any time. */
const PICTURE_KEEP_SECONDS = 60;

/** Bytes that a pixel takes while it is drawn and encoded: two layers, and the one that is made of them. */
const BYTES_OF_PIXEL = 12;

/** Features of one reply, at most. */
const MOST_FEATURES = 100;

/** Makes the Web Map Service, 1.1.1 and 1.3.0. */
export function createWms(context: AppContext): OwsService {
  const { platform } = context;
  const { maximumSizePixels, maximumProducts, timeoutSeconds } =
    platform.settingsOf(viewServerSettings).renderer;
  const operations: WmsOperations = {
    getcapabilities: getCapabilities,
    getmap: getMap,
    getfeatureinfo: getFeatureInfo,
  };

  async function getCapabilities({ parameters, url }: OwsCall): Promise<OwsReply> {
    const { list } = await openCollections(platform);
    const collections = await Promise.all(
      list.map(async (collection) => ({
        collection,
        extent: await findCollectionExtent(platform.database, collection.id),
      })),
    );
    return wmsCapabilitiesReply(describeWms(url, collections, maximumSizePixels), parameters);
  }

  async function getMap({ parameters, signal }: OwsCall): Promise<OwsReply> {
    const version = readWmsVersion(parameters);
    const layers = readLayers(parameters, 'layers');
    checkStyles(parameters, layers.length);
    const { format, background } = readPictureStyle(parameters);
    const place = readPlace(parameters, version, maximumSizePixels);
    const times = readTimeParameter(parameters);
    return whenThereIsMemory(place, signal, async () => {
      const picture = await drawLayers(
        openRenderer(context),
        { layers, times, place, maximumProducts },
        signal,
      );
      const headers = {
        'X-Products-Drawn': String(picture.productCount),
        ...(picture.isCut ? { 'X-Products-Cut': 'true' } : {}),
      };
      const encoded = await encodePicture(picture, format, background);
      picture.release?.();
      return { ...encoded, headers, keepSeconds: PICTURE_KEEP_SECONDS };
    });
  }

  /** @throws {RenderTimeoutError} other pictures take too long. */
  async function whenThereIsMemory<Result>(
    { widthPixels, heightPixels }: PictureSize,
    signal: AbortSignal,
    draw: () => Promise<Result>,
  ): Promise<Result> {
    const timeout = AbortSignal.timeout(timeoutSeconds * 1_000);
    const bytes = widthPixels * heightPixels * BYTES_OF_PIXEL;
    try {
      return await openPictureBudget(context).run(bytes, AbortSignal.any([signal, timeout]), draw);
    } catch (error) {
      if (timeout.aborted && error === timeout.reason) throw new RenderTimeoutError(timeoutSeconds);
      throw error;
    }
  }

  async function getFeatureInfo({ parameters }: OwsCall): Promise<OwsReply> {
    const version = readWmsVersion(parameters);
    const names = readLayers(parameters, 'query_layers');
    const format = findFeatureFormat(parameters.find('info_format') ?? 'application/json');
    const count = parameters.findWholeNumber('feature_count', 1, MOST_FEATURES) ?? 1;
    const place = readPlace(parameters, version, maximumSizePixels);
    const [time] = readTimeParameter(parameters);
    const position = positionOf(place, readPoint(parameters, version, place));
    const { list } = await openCollections(platform);
    const found: CatalogueProduct[] = [];
    for (const name of names) {
      const { collection, product } = await findLayer(platform.database, list, name);
      const { longitude, latitude } = position;
      const { products } = await findProducts(
        platform.database,
        {
          collection: collection.id,
          box: { minX: longitude, maxX: longitude, minY: latitude, maxY: latitude },
          interval: time,
          identifier: product?.identifier,
        },
        MOST_FEATURES,
      );
      found.push(...products.filter(({ footprint }) => footprintHolds(footprint, longitude, latitude)));
    }
    return {
      contentType: format === 'text/html' ? 'text/html; charset=utf-8' : format,
      body: describeFeatures(found.slice(0, count), format),
      keepSeconds: 0,
    };
  }

  return {
    answer: (call) => runWmsOperation(operations, call),
    report: (error, { parameters, signal }) =>
      reportWmsException(error, parameters, maximumSizePixels, (size, draw) =>
        whenThereIsMemory(size, signal, draw),
      ),
  };
}

/** Reads the pixel that is asked about. */
function readPoint(
  parameters: OgcRequest,
  version: WmsVersion,
  { widthPixels, heightPixels }: MapPlace,
): { readonly column: number; readonly row: number } {
  const [columnKey, rowKey] = version === '1.3.0' ? ['i', 'j'] : ['x', 'y'];
  const read = (key: string, limit: number): number => {
    const value = parameters.get(key);
    if (/^\d{1,5}$/.test(value) && Number(value) < limit) return Number(value);
    throw new OgcError('InvalidPoint', `${key.toUpperCase()} is not in the picture.`, {
      locator: key.toUpperCase(),
    });
  };
  return { column: read(columnKey, widthPixels), row: read(rowKey, heightPixels) };
}

/** Returns where the middle of a pixel is. */
function positionOf(
  { box, crs, widthPixels, heightPixels }: MapPlace,
  { column, row }: { readonly column: number; readonly row: number },
): { readonly longitude: number; readonly latitude: number } {
  const x = box.minX + ((column + 0.5) / widthPixels) * (box.maxX - box.minX);
  const y = box.maxY - ((row + 0.5) / heightPixels) * (box.maxY - box.minY);
  const point = transformBox({ minX: x, minY: y, maxX: x, maxY: y }, crs.srs, 'EPSG:4326');
  return { longitude: point.minX - 360 * Math.floor((point.minX + 180) / 360), latitude: point.minY };
}
