import type { WmsService } from '../../../../map-kit/capabilities/wms-capabilities.ts';
import { PICTURE_FORMATS } from '../../../../map-kit/picture-encoding.ts';
import type { LayerAddresses } from '../layer-addresses.ts';
import type { ProxiedLayer } from '../proxied-layer.ts';

/** Describes the map service of a layer. */
export function describeWms(
  { layer }: ProxiedLayer,
  { serviceUrl }: LayerAddresses,
  maximumSizePixels: number,
): WmsService {
  const title = layer.title || layer.name;
  return {
    title,
    abstract: layer.abstract,
    keywords: layer.keywords,
    url: serviceUrl,
    mapFormats: PICTURE_FORMATS,
    featureInfoFormats: [],
    maximumSizePixels,
    maximumLayers: 1,
    root: { title, box: layer.box, layers: [{ name: layer.name, title, abstract: layer.abstract }] },
  };
}
