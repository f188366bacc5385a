import type {
  TimeDimension,
  WmsLayer,
  WmsService,
} from '../../../../map-kit/capabilities/wms-capabilities.ts';
import { WORLD } from '../../../../map-kit/crs.ts';
import { PICTURE_FORMATS } from '../../../../map-kit/picture-encoding.ts';
import { MOST_LAYERS } from '../../../../map-kit/wms/map-parameters.ts';
import type { CollectionExtent } from '../../catalogue/product.ts';
import type { Collection } from '../../collections/collection.ts';
import { layerNamesOf } from '../../renderer/layers/find-layer.ts';
import { SERVICE_TITLE } from '../service-title.ts';
import { FEATURE_FORMATS } from './feature-info.ts';

/** A collection, and what its products cover. */
export interface DescribedCollection {
  readonly collection: Collection;
  /** `undefined`: it has no products. */
  readonly extent: CollectionExtent | undefined;
}

/** What the names of layers mean. */
const TITLES: Readonly<Record<string, string>> = {
  outlines: 'footprints',
  outlined: 'images with footprints',
};

/** Describes the map service: a layer for each collection, and one for each way to draw it. Products are not listed. */
export function describeWms(
  url: string,
  collections: readonly DescribedCollection[],
  maximumSizePixels: number,
): WmsService {
  return {
    title: SERVICE_TITLE,
    abstract: 'Maps of earth-observation products. Each product is a layer too, by its identifier.',
    keywords: ['WMS', 'earth observation'],
    url,
    mapFormats: PICTURE_FORMATS,
    featureInfoFormats: FEATURE_FORMATS,
    maximumSizePixels,
    maximumLayers: MOST_LAYERS,
    root: { title: SERVICE_TITLE, box: WORLD['EPSG:4326'], layers: collections.map(groupOf) },
  };
}

function groupOf({ collection, extent }: DescribedCollection): WmsLayer {
  const [whole, ...others] = layerNamesOf(collection);
  return {
    name: whole?.name,
    title: collection.title,
    box: extent?.box,
    time: extent && timeOf(extent),
    isQueryable: true,
    layers: others.map(({ name, suffix = '' }) => ({
      name,
      title: `${collection.title}: ${TITLES[suffix] ?? suffix}`,
      box: extent?.box,
      time: extent && timeOf(extent),
      isQueryable: true,
    })),
  };
}

function timeOf({ begins, ends }: CollectionExtent): TimeDimension {
  const interval = `${begins.toISOString()}/${ends.toISOString()}`;
  return { extent: `${interval}/PT1S`, default: interval };
}
