import { readDescription } from '../description/read-description.ts';
import { findDescription, requestDescription } from '../description/request-description.ts';
import type { RootTag } from '../description/root-tag.ts';
import type { DetectedService, EndpointAddress, HarvestedService, MapSource } from '../map-source.ts';
import { namedUrl, requestUrl, serverUrl } from '../server-url.ts';
import { WMS_ROOTS } from './read-wms.ts';
import { assumedWmsDrawing, openWmsDrawing, wmsDrawing } from './wms-drawing.ts';

/** In the order in which servers are asked. */
const VERSIONS = ['1.3.0', '1.1.1'];

/** Web Map Services. */
export const wmsSource: MapSource = {
  types: ['OGC:WMS'],

  async detect({ url }: EndpointAddress, context): Promise<readonly DetectedService[] | undefined> {
    const server = serverUrl(url);
    const found = await findDescription({ urls: capabilitiesUrls(server), isWanted: isWms }, context);
    if (!found) return undefined;
    const { title, abstract } = await readDescription('wms', found.reply, context);
    return [{ type: 'OGC:WMS', url: server.href, title, abstract }];
  },

  async harvest({ url, validators }, context): Promise<HarvestedService | 'unchanged'> {
    const server = serverUrl(new URL(url));
    const found = await requestDescription(
      { urls: capabilitiesUrls(server), isWanted: isWms, what: 'a WMS' },
      validators,
      context,
    );
    if (found === 'unchanged') return found;
    const description = await readDescription('wms', found.reply, context);
    const mapUrl = description.mapUrl === '' ? server : serverUrl(namedUrl(description.mapUrl, found.from));
    return {
      title: description.title,
      abstract: description.abstract,
      keywords: description.keywords,
      srs: description.srs,
      layers: description.layers.map((layer) => ({
        name: layer.name,
        title: layer.title,
        abstract: layer.abstract,
        keywords: layer.keywords,
        box: layer.box,
        srs: layer.srs,
        dates: [],
        drawing: wmsDrawing(description, layer, mapUrl),
      })),
      isComplete: description.isComplete,
      validators: found.validators,
    };
  },

  openDrawing: openWmsDrawing,

  assumeDrawing: (server, layerName) => assumedWmsDrawing(serverUrl(server), layerName),
};

function capabilitiesUrls(server: URL): readonly URL[] {
  const byVersion = VERSIONS.map((version) =>
    requestUrl(server, { SERVICE: 'WMS', VERSION: version, REQUEST: 'GetCapabilities' }),
  );
  // A file with capabilities.
  return /\.xml$/i.test(server.pathname) ? [server, ...byVersion] : byVersion;
}

function isWms({ name }: RootTag): boolean {
  return WMS_ROOTS.includes(name);
}
