import { coordinatesOfBox, type WmsVersion, wmsSystems } from '../axis-order.ts';
import type { Box } from '../box.ts';
import { transformBox } from '../crs.ts';
import { XLINK, type XmlContent, XSI, xmlDocument } from '../xml-document.ts';

/** A Web Map Service, as its capabilities describe it. */
export interface WmsService {
  readonly title: string;
  readonly abstract: string;
  readonly keywords: readonly string[];
  /** The absolute address of the service, without a query. */
  readonly url: string;
  readonly mapFormats: readonly string[];
  /** Where it has GetFeatureInfo. */
  readonly featureInfoFormats: readonly string[];
  readonly maximumSizePixels: number;
  readonly maximumLayers: number;
  /** The layer that holds all others. */
  readonly root: WmsLayer;
}

/** A layer. */
export interface WmsLayer {
  /** Without one it only groups others. */
  readonly name?: string | undefined;
  readonly title: string;
  readonly abstract?: string | undefined;
  /** In longitude and latitude. `undefined`: that of the layer around it. */
  readonly box?: Box | undefined;
  readonly time?: TimeDimension | undefined;
  readonly isQueryable?: boolean | undefined;
  readonly layers?: readonly WmsLayer[] | undefined;
}

/** The time that a layer can be asked for. */
export interface TimeDimension {
  /** `2020-01-01T00:00:00Z/2021-01-01T00:00:00Z/PT1S`. */
  readonly extent: string;
  readonly default: string;
}

/** Returns the capabilities in a version of the standard. */
export function wmsCapabilities(service: WmsService, version: WmsVersion): string {
  return version === '1.3.0' ? capabilities130(service) : capabilities111(service);
}

function capabilities130(service: WmsService): string {
  return xmlDocument({
    WMS_Capabilities: {
      '@version': '1.3.0',
      '@xmlns': 'http://www.opengis.net/wms',
      '@xmlns:xlink': XLINK,
      '@xmlns:xsi': XSI,
      '@xsi:schemaLocation':
        'http://www.opengis.net/wms http://schemas.opengis.net/wms/1.3.0/capabilities_1_3_0.xsd',
      Service: {
        ...serviceHead(service, 'WMS'),
        LayerLimit: service.maximumLayers,
        MaxWidth: service.maximumSizePixels,
        MaxHeight: service.maximumSizePixels,
      },
      Capability: {
        Request: requests(service, 'text/xml'),
        Exception: { Format: ['XML', 'INIMAGE', 'BLANK'] },
        Layer: layer130(service.root, true),
      },
    },
  });
}

function capabilities111(service: WmsService): string {
  const formats = [
    'application/vnd.ogc.se_xml',
    'application/vnd.ogc.se_inimage',
    'application/vnd.ogc.se_blank',
  ];
  return xmlDocument(
    {
      WMT_MS_Capabilities: {
        '@version': '1.1.1',
        Service: serviceHead(service, 'OGC:WMS'),
        Capability: {
          Request: requests(service, 'application/vnd.ogc.wms_xml'),
          Exception: { Format: formats },
          Layer: layer111(service.root, true),
        },
      },
    },
    'http://schemas.opengis.net/wms/1.1.1/WMS_MS_Capabilities.dtd',
  );
}

function serviceHead({ title, abstract, keywords, url }: WmsService, name: string): XmlContent {
  return {
    Name: name,
    Title: title,
    Abstract: abstract,
    KeywordList: { Keyword: keywords },
    OnlineResource: onlineResource(url),
    Fees: 'none',
    AccessConstraints: 'none',
  };
}

function requests(service: WmsService, capabilitiesFormat: string): XmlContent {
  const DCPType = { HTTP: { Get: { OnlineResource: onlineResource(`${service.url}?`) } } };
  return {
    GetCapabilities: { Format: capabilitiesFormat, DCPType },
    GetMap: { Format: service.mapFormats, DCPType },
    GetFeatureInfo:
      service.featureInfoFormats.length > 0 ? { Format: service.featureInfoFormats, DCPType } : undefined,
  };
}

function onlineResource(url: string): XmlContent {
  return { '@xmlns:xlink': XLINK, '@xlink:type': 'simple', '@xlink:href': url };
}

function layer130(layer: WmsLayer, isRoot = false): XmlContent {
  const { box } = layer;
  return {
    ...layerHead(layer),
    CRS: isRoot ? wmsSystems('1.3.0').map(({ name }) => name) : undefined,
    EX_GeographicBoundingBox: box && {
      westBoundLongitude: box.minX,
      eastBoundLongitude: box.maxX,
      southBoundLatitude: box.minY,
      northBoundLatitude: box.maxY,
    },
    BoundingBox: box && boundingBoxes(box, '1.3.0'),
    Dimension: layer.time && {
      '@name': 'time',
      '@units': 'ISO8601',
      '@default': layer.time.default,
      '@multipleValues': 1,
      '@nearestValue': 0,
      '#': layer.time.extent,
    },
    Style: layer.name === undefined ? undefined : { Name: 'default', Title: 'Default' },
    Layer: layer.layers?.map((inner) => layer130(inner)),
  };
}

function layer111(layer: WmsLayer, isRoot = false): XmlContent {
  const { box, time } = layer;
  return {
    ...layerHead(layer),
    SRS: isRoot ? wmsSystems('1.1.1').map(({ name }) => name) : undefined,
    LatLonBoundingBox: box && corners([box.minX, box.minY, box.maxX, box.maxY]),
    BoundingBox: box && boundingBoxes(box, '1.1.1'),
    Dimension: time && { '@name': 'time', '@units': 'ISO8601' },
    Extent: time && {
      '@name': 'time',
      '@default': time.default,
      '@multipleValues': 1,
      '@nearestValue': 0,
      '#': time.extent,
    },
    Style: layer.name === undefined ? undefined : { Name: 'default', Title: 'Default' },
    Layer: layer.layers?.map((inner) => layer111(inner)),
  };
}

function layerHead({ name, title, abstract, isQueryable }: WmsLayer): XmlContent {
  return { '@queryable': isQueryable ? 1 : 0, Name: name, Title: title, Abstract: abstract };
}

function boundingBoxes(box: Box, version: WmsVersion): readonly XmlContent[] {
  return wmsSystems(version).map((system) => ({
    [version === '1.3.0' ? '@CRS' : '@SRS']: system.name,
    ...corners(coordinatesOfBox(transformBox(box, 'EPSG:4326', system.srs), system)),
  }));
}

function corners([minx, miny, maxx, maxy]: readonly [number, number, number, number]): XmlContent {
  return { '@minx': minx, '@miny': miny, '@maxx': maxx, '@maxy': maxy };
}
