import type { Box } from '../../../../../map-kit/box.ts';
import { type Srs, transformBox } from '../../../../../map-kit/crs.ts';
import {
  jsonReply,
  pageReply,
  type StandInKind,
  type StandInReply,
  type StandInRequest,
} from '../stand-in-kind.ts';
import type { StandInService } from '../stand-in-layer.ts';
import { boxOf, mapReply, pixelsOf, systemOf } from './map-request.ts';

/** A server of Esri's REST API. */
export interface EsriStandIn {
  /** Where it is: `/arcgis/rest/services`. */
  readonly path: string;
  readonly services: readonly EsriStandInService[];
}

/** A service of it. The layers of a `MapServer` are numbered from 0; an `ImageServer` has one. */
export interface EsriStandInService extends StandInService {
  /** With its folder: `Water/Rivers`. */
  readonly name: string;
  readonly type: 'MapServer' | 'ImageServer';
  /** The system that its extents are in. Default: 4326. */
  readonly wkid?: 4326 | 102100;
}

/** Replies as an ArcGIS Server: folders, services and layers as JSON, and maps. */
export function esriStandIn(server: EsriStandIn): StandInKind {
  return async (request) => {
    const path = request.url.pathname.replace(/\/$/, '');
    if (path !== server.path && !path.startsWith(`${server.path}/`)) return undefined;
    const rest = path.slice(server.path.length + 1);
    const service = server.services.find(({ name, type }) => `${rest}/`.startsWith(`${name}/${type}/`));
    const picture = service && (await pictureReply(service, rest, request));
    if (picture) return picture;
    if (!/^p?json$/.test(request.query.get('f') ?? '')) return pageReply('ArcGIS REST Services Directory');
    const content = service ? serviceContent(service, rest) : folderContent(server, rest);
    return jsonReply(content ?? { error: { code: 404, message: `${rest} not found`, details: [] } });
  };
}

async function pictureReply(
  { name, type, layers }: EsriStandInService,
  rest: string,
  { query }: StandInRequest,
): Promise<StandInReply | undefined> {
  const operation = type === 'MapServer' ? 'export' : 'exportImage';
  if (rest !== `${name}/${type}/${operation}`) return undefined;
  const [, shown = '0'] = /^show:(\d+)$/.exec(query.get('layers') ?? '') ?? [];
  const layer = layers[Number(shown)];
  const box = boxOf(query.get('bbox'));
  const srs = systemOf(query.get('bboxsr') ?? '4326');
  const [widthPixels, heightPixels] = (query.get('size') ?? '400,400').split(',').map(pixelsOf);
  const isDrawn = query.get('f') === 'image' && layer && box && srs && widthPixels && heightPixels;
  if (!isDrawn)
    return jsonReply({ error: { code: 400, message: 'Unable to complete operation.', details: [] } });
  const format = query.get('format')?.startsWith('jp') ? 'image/jpeg' : 'image/png';
  return mapReply(layer, { box, srs, widthPixels, heightPixels, format });
}

/** The root, or a folder; `undefined` where there is none. */
function folderContent({ services }: EsriStandIn, folder: string) {
  const folderOf = (name: string) => (name.includes('/') ? (name.split('/')[0] ?? '') : '');
  const within = services.filter(({ name }) => folderOf(name) === folder);
  if (folder !== '' && within.length === 0) return undefined;
  const folders = [...new Set(services.map(({ name }) => folderOf(name)))].filter((name) => name !== '');
  return {
    currentVersion: 10.81,
    folders: folder === '' ? folders : [],
    services: within.map(({ name, type }) => ({ name, type })),
  };
}

function serviceContent(service: EsriStandInService, rest: string) {
  const below = rest.slice(`${service.name}/${service.type}`.length + 1);
  if (service.type === 'ImageServer') return below === '' ? imageContent(service) : undefined;
  if (below === '') return mapContent(service);
  if (below === 'layers')
    return { layers: service.layers.map((_layer, id) => layerContent(service, id)), tables: [] };
  return /^\d+$/.test(below) ? layerContent(service, Number(below)) : undefined;
}

function mapContent(service: EsriStandInService) {
  const { title, abstract = '', keywords = [], layers } = service;
  return {
    currentVersion: 10.81,
    serviceDescription: abstract,
    mapName: title,
    description: abstract,
    copyrightText: '',
    layers: layers.map((layer, id) => ({
      id,
      name: layer.title,
      parentLayerId: -1,
      defaultVisibility: true,
      subLayerIds: null,
    })),
    tables: [],
    spatialReference: spatialReference(service),
    fullExtent: extentOf(service, boxAround(service)),
    supportedImageFormatTypes: 'PNG32,PNG24,PNG,JPG',
    documentInfo: { Title: title, Keywords: keywords.join(',') },
    capabilities: 'Map,Query',
  };
}

function layerContent(service: EsriStandInService, id: number) {
  const layer = service.layers[id];
  if (!layer) return undefined;
  return {
    currentVersion: 10.81,
    id,
    name: layer.title,
    type: 'Feature Layer',
    description: layer.abstract ?? '',
    extent: layer.box ? extentOf(service, layer.box) : null,
  };
}

function imageContent(service: EsriStandInService) {
  const { name, abstract = '' } = service;
  return {
    currentVersion: 10.81,
    serviceDescription: abstract,
    name: name.split('/').at(-1),
    description: abstract,
    extent: extentOf(service, boxAround(service)),
    pixelType: 'U8',
    bandCount: 3,
  };
}

function boxAround({ layers }: EsriStandInService): Box {
  return layers.find(({ box }) => box)?.box ?? { minX: -180, minY: -85, maxX: 180, maxY: 85 };
}

function spatialReference({ wkid = 4326 }: EsriStandInService) {
  return wkid === 102100 ? { wkid, latestWkid: 3857 } : { wkid, latestWkid: wkid };
}

function extentOf(service: EsriStandInService, box: Box) {
  const srs: Srs = service.wkid === 102100 ? 'EPSG:3857' : 'EPSG:4326';
  const { minX, minY, maxX, maxY } = transformBox(box, 'EPSG:4326', srs);
  return { xmin: minX, ymin: minY, xmax: maxX, ymax: maxY, spatialReference: spatialReference(service) };
}
