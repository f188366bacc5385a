import type { Box } from '../../../../../map-kit/box.ts';
import { XLINK, type XmlContent, xmlDocument } from '../../../../../map-kit/xml-document.ts';
import { type StandInKind, type StandInReply, type StandInRequest, xmlReply } from '../stand-in-kind.ts';
import { findLayer, type StandInLayer, type StandInService } from '../stand-in-layer.ts';
import { boxOf, mapReply, pixelsOf, systemOf } from './map-request.ts';

/** Versions of WMS. */
export type WmsStandInVersion = '1.1.1' | '1.3.0';

/** A Web Map Service. */
export interface WmsStandIn extends StandInService {
  /** Where it is: `/wms`. */
  readonly path: string;
  /** What it has; a client that asks for another version is sent the first. */
  readonly versions: readonly WmsStandInVersion[];
  /** Codes of the systems that the layer around all others lists: `EPSG:4326`. */
  readonly srs: readonly string[];
  /** Of the layer around all others, in longitude and latitude: layers without a box inherit it. */
  readonly box?: Box;
}

/** Replies as a WMS: its capabilities, and maps. */
export function wmsStandIn(service: WmsStandIn): StandInKind {
  return async (request) => {
    if (request.url.pathname !== service.path) return undefined;
    const asked = request.query.get('request')?.toLowerCase();
    if (asked === 'getcapabilities') return capabilitiesReply(service, request);
    if (asked === 'getmap')
      return (await drawAskedMap(service, request)) ?? exceptionReply('The map cannot be drawn');
    return exceptionReply(`There is no request ${asked}`);
  };
}

function capabilitiesReply(service: WmsStandIn, { url, query }: StandInRequest): StandInReply {
  const asked = query.get('version') ?? query.get('wmtver');
  const version = service.versions.find((one) => one === asked) ?? service.versions[0] ?? '1.1.1';
  const address = `${url.origin}${service.path}?`;
  return xmlReply(
    version === '1.3.0' ? capabilities130(service, address) : capabilities111(service, address),
  );
}

function capabilities111(service: WmsStandIn, address: string): string {
  return xmlDocument(
    {
      WMT_MS_Capabilities: {
        '@version': '1.1.1',
        Service: { Name: 'OGC:WMS', ...head(service), OnlineResource: link(address) },
        Capability: {
          Request: requests(address, 'application/vnd.ogc.wms_xml'),
          Exception: { Format: 'application/vnd.ogc.se_xml' },
          Layer: {
            Title: service.title,
            SRS: service.srs,
            ...(service.box ? { LatLonBoundingBox: corners(service.box) } : {}),
            Layer: service.layers.map((layer) => ({
              '@queryable': '0',
              Name: layer.name,
              ...head(layer),
              ...(layer.box ? { LatLonBoundingBox: corners(layer.box) } : {}),
            })),
          },
        },
      },
    },
    'http://schemas.opengis.net/wms/1.1.1/WMS_MS_Capabilities.dtd',
  );
}

function capabilities130(service: WmsStandIn, address: string): string {
  const geographic = ({ minX, minY, maxX, maxY }: Box): XmlContent => ({
    westBoundLongitude: minX,
    eastBoundLongitude: maxX,
    southBoundLatitude: minY,
    northBoundLatitude: maxY,
  });
  // Latitude first, as this version has it.
  const latitudeFirst = ({ minX, minY, maxX, maxY }: Box): XmlContent => ({
    '@CRS': 'EPSG:4326',
    '@minx': minY,
    '@miny': minX,
    '@maxx': maxY,
    '@maxy': maxX,
  });
  const boxes = (box: Box | undefined): XmlContent =>
    box ? { EX_GeographicBoundingBox: geographic(box), BoundingBox: latitudeFirst(box) } : {};
  return xmlDocument({
    WMS_Capabilities: {
      '@version': '1.3.0',
      '@xmlns': 'http://www.opengis.net/wms',
      '@xmlns:xlink': XLINK,
      Service: { Name: 'WMS', ...head(service), OnlineResource: link(address) },
      Capability: {
        Request: requests(address, 'text/xml'),
        Exception: { Format: 'XML' },
        Layer: {
          Title: service.title,
          CRS: service.srs,
          ...boxes(service.box),
          Layer: service.layers.map((layer) => ({ Name: layer.name, ...head(layer), ...boxes(layer.box) })),
        },
      },
    },
  });
}

function head({ title, abstract, keywords }: StandInService | StandInLayer): XmlContent {
  return {
    Title: title,
    Abstract: abstract,
    ...(keywords ? { KeywordList: { Keyword: keywords } } : {}),
  };
}

function link(address: string): XmlContent {
  return { '@xmlns:xlink': XLINK, '@xlink:type': 'simple', '@xlink:href': address };
}

function requests(address: string, capabilitiesType: string): XmlContent {
  const get = { DCPType: { HTTP: { Get: { OnlineResource: link(address) } } } };
  return {
    GetCapabilities: { Format: capabilitiesType, ...get },
    GetMap: { Format: ['image/png', 'image/jpeg'], ...get },
  };
}

function corners({ minX, minY, maxX, maxY }: Box): XmlContent {
  return { '@minx': minX, '@miny': minY, '@maxx': maxX, '@maxy': maxY };
}

/** Returns `undefined` where what is asked for makes no sense. */
export async function drawAskedMap(
  { layers }: Pick<StandInService, 'layers'>,
  { query }: StandInRequest,
): Promise<StandInReply | undefined> {
  const code = query.get('crs') ?? query.get('srs');
  const srs = systemOf(code);
  const box = boxOf(query.get('bbox'), query.get('version') === '1.3.0' && code === 'EPSG:4326');
  const layer = findLayer(layers, query.get('layers'));
  const [widthPixels, heightPixels] = [pixelsOf(query.get('width')), pixelsOf(query.get('height'))];
  if (!layer || !srs || !box || !widthPixels || !heightPixels) return undefined;
  return mapReply(layer, { box, srs, widthPixels, heightPixels, format: query.get('format') });
}

/** As many servers do, it says what is wrong with the status 200. */
function exceptionReply(message: string): StandInReply {
  return xmlReply(
    xmlDocument({ ServiceExceptionReport: { '@version': '1.1.1', ServiceException: message } }),
  );
}
