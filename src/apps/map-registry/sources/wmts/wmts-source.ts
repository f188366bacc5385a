import { listSrs } from '../crs-codes.ts';
import type { WmtsDescription, WmtsLayerDescription } from '../description/descriptions.ts';
import { readDescription } from '../description/read-description.ts';
import { findDescription, requestDescription } from '../description/request-description.ts';
import type { RootTag } from '../description/root-tag.ts';
import type { DetectedService, EndpointAddress, HarvestedService, MapSource } from '../map-source.ts';
import { requestUrl, serverUrl } from '../server-url.ts';
import { openTiles } from '../stored-tiles.ts';
import { wmtsDrawing } from './wmts-drawing.ts';

const MOST_SRS = 100;

/** Where a server without parameters has its capabilities (OGC 07-057r7, section 10.1.1). */
const REST_PATH = '/1.0.0/WMTSCapabilities.xml';

/** Web Map Tile Services. */
export const wmtsSource: MapSource = {
  types: ['OGC:WMTS'],

  async detect({ url }: EndpointAddress, context): Promise<readonly DetectedService[] | undefined> {
    const server = serverUrl(url);
    const found = await findDescription({ urls: capabilitiesUrls(server), isWanted: isWmts }, context);
    if (!found) return undefined;
    const { title, abstract } = await readDescription('wmts', found.reply, context);
    // The file with its capabilities is the address of a service without parameters.
    const service = found.url.searchParams.has('SERVICE') ? server : found.url;
    return [{ type: 'OGC:WMTS', url: service.href, title, abstract }];
  },

  async harvest({ url, validators }, context): Promise<HarvestedService | 'unchanged'> {
    const server = serverUrl(new URL(url));
    const found = await requestDescription(
      { urls: capabilitiesUrls(server), isWanted: isWmts, what: 'a WMTS' },
      validators,
      context,
    );
    if (found === 'unchanged') return found;
    const description = await readDescription('wmts', found.reply, context);
    return {
      title: description.title,
      abstract: description.abstract,
      keywords: description.keywords,
      srs: listSrs(
        description.matrixSets.map(({ crs }) => crs),
        MOST_SRS,
      ),
      layers: description.layers.map((layer) => ({
        name: layer.name,
        title: layer.title,
        abstract: layer.abstract,
        keywords: layer.keywords,
        box: layer.box,
        srs: srsOfLayer(description, layer),
        dates: [],
        drawing: wmtsDrawing(description, layer, { server, from: found.from }),
      })),
      isComplete: description.isComplete,
      validators: found.validators,
    };
  },

  openDrawing: openTiles,
};

function srsOfLayer({ matrixSets }: WmtsDescription, layer: WmtsLayerDescription): readonly string[] {
  const linked = matrixSets.filter(({ name }) => layer.matrixSets.includes(name));
  return listSrs(
    linked.map(({ crs }) => crs),
    MOST_SRS,
  );
}

function capabilitiesUrls(server: URL): readonly URL[] {
  const byParameters = requestUrl(server, {
    SERVICE: 'WMTS',
    REQUEST: 'GetCapabilities',
    VERSION: '1.0.0',
  });
  if (/\.xml$/i.test(server.pathname)) return [server, byParameters];
  const file = new URL(server);
  file.pathname = `${server.pathname.replace(/\/+$/, '')}${REST_PATH}`;
  return [byParameters, file];
}

function isWmts({ name, namespace }: RootTag): boolean {
  return name === 'Capabilities' && namespace.includes('opengis.net/wmts');
}
