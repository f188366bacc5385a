import { transformBox } from '../../../../map-kit/crs.ts';
import { type OutsideReply, OutsideRequestError } from '../../fetching/outside-client.ts';
import { drawableSrs, listSrs } from '../crs-codes.ts';
import type { TileMapDescription } from '../description/descriptions.ts';
import { readDescription } from '../description/read-description.ts';
import { findDescription, requestDescription } from '../description/request-description.ts';
import type { RootTag } from '../description/root-tag.ts';
import { DescriptionDigest } from '../description-digest.ts';
import {
  type DetectedService,
  type EndpointAddress,
  type HarvestedLayer,
  type HarvestedService,
  type MapSource,
  type SourceContext,
  SourceError,
} from '../map-source.ts';
import { MOST_NAME } from '../plain-text.ts';
import { namedUrl, serverUrl } from '../server-url.ts';
import { openTiles } from '../stored-tiles.ts';
import { tmsDrawing } from './tms-drawing.ts';

/** Tile maps of a service that are read: each takes a request. */
const MOST_TILE_MAPS = 1_000;

/** Tile Map Services (OSGeo), and single tile maps. */
export const tmsSource: MapSource = {
  types: ['OSGeo:TMS'],

  async detect({ url }: EndpointAddress, context): Promise<readonly DetectedService[] | undefined> {
    const server = serverUrl(url);
    const found = await findDescription({ urls: [server], isWanted: isTms }, context);
    if (!found) return undefined;
    const kind = found.root.name === 'TileMap' ? 'tile-map' : 'tile-map-service';
    const { title, abstract } = await readDescription(kind, found.reply, context);
    return [{ type: 'OSGeo:TMS', url: server.href, title, abstract }];
  },

  async harvest({ url, validators }, context): Promise<HarvestedService | 'unchanged'> {
    const server = serverUrl(new URL(url));
    // The list says nothing about changes of the tile maps.
    const found = await requestDescription({ urls: [server], isWanted: isTms, what: 'a TMS' }, {}, context);
    if (found === 'unchanged') return found;
    const read =
      found.root.name === 'TileMap'
        ? await readSingle(found.reply, found.from, context)
        : await readList(found.reply, found.from, context);
    const digest = read.digest.end();
    if (digest === validators.digest) return 'unchanged';
    return { ...read.service, validators: { digest } };
  },

  openDrawing: openTiles,
};

interface ReadService {
  readonly service: Omit<HarvestedService, 'validators'>;
  /** Of all that was read. */
  readonly digest: DescriptionDigest;
}

async function readSingle(reply: OutsideReply, url: URL, context: SourceContext): Promise<ReadService> {
  const digest = new DescriptionDigest();
  digest.add(reply.body);
  const tileMap = await readDescription('tile-map', reply, context);
  const { title, abstract, keywords } = tileMap;
  const layer = describeLayer(nameOfUrl(url), tileMap.title, tileMap, url);
  return {
    service: { title, abstract, keywords, srs: layer.srs, layers: [layer], isComplete: true },
    digest,
  };
}

async function readList(reply: OutsideReply, url: URL, context: SourceContext): Promise<ReadService> {
  const maximumLayers = Math.min(context.maximumLayers ?? MOST_TILE_MAPS, MOST_TILE_MAPS);
  const digest = new DescriptionDigest();
  digest.add(reply.body);
  const list = await readDescription('tile-map-service', reply, { ...context, maximumLayers });
  const layers = new Map<string, HarvestedLayer>();
  for (const { href, srs, title } of list.tileMaps.slice(0, maximumLayers)) {
    const urlOfMap = namedUrl(href, url);
    const name = uniqueName(urlOfMap, layers);
    if (name === undefined) continue;
    const replyOfMap = await requestTileMap(urlOfMap, context);
    if (replyOfMap) digest.add(replyOfMap.body);
    const tileMap = replyOfMap && (await readTileMap(replyOfMap, context));
    layers.set(
      name,
      tileMap ? describeLayer(name, title, tileMap, urlOfMap) : describeUnread(name, title, srs),
    );
  }
  return {
    service: {
      title: list.title,
      abstract: list.abstract,
      keywords: list.keywords,
      srs: listSrs(
        [...layers.values()].flatMap((layer) => layer.srs),
        MOST_TILE_MAPS,
      ),
      layers: [...layers.values()],
      isComplete: list.tileMaps.length <= maximumLayers,
    },
    digest,
  };
}

/** A tile map that its server has no more, or in another form, is a layer that cannot be drawn. */
async function requestTileMap(
  url: URL,
  { client, signal }: SourceContext,
): Promise<OutsideReply | undefined> {
  try {
    return await client.get(url, { signal });
  } catch (error) {
    if (error instanceof OutsideRequestError && error.fault === 'status') return undefined;
    throw error;
  }
}

async function readTileMap(
  reply: OutsideReply,
  context: SourceContext,
): Promise<TileMapDescription | undefined> {
  try {
    return await readDescription('tile-map', reply, context);
  } catch (error) {
    if (error instanceof SourceError) return undefined;
    throw error;
  }
}

function describeLayer(
  name: string,
  titleOfList: string,
  tileMap: TileMapDescription,
  url: URL,
): HarvestedLayer {
  const srs = drawableSrs(tileMap.srs);
  const isStated = Object.values(tileMap.box).every(Number.isFinite);
  return {
    name,
    title: tileMap.title || titleOfList || name,
    abstract: tileMap.abstract,
    keywords: tileMap.keywords,
    box: srs && isStated ? transformBox(tileMap.box, srs, 'EPSG:4326') : undefined,
    srs: listSrs([tileMap.srs], 1),
    dates: [],
    drawing: tmsDrawing(tileMap, url),
  };
}

function describeUnread(name: string, title: string, srs: string): HarvestedLayer {
  return {
    name,
    title: title || name,
    abstract: '',
    keywords: [],
    box: undefined,
    srs: listSrs([srs], 1),
    dates: [],
    drawing: null,
  };
}

/** The end of the address, or all of it where two have the same end. */
function uniqueName(url: URL, taken: ReadonlyMap<string, unknown>): string | undefined {
  return [nameOfUrl(url), url.href].find((name) => name.length <= MOST_NAME && !taken.has(name));
}

function nameOfUrl({ pathname, host }: URL): string {
  const last = pathname.split('/').findLast((part) => part !== '' && !/^\d+\.\d+\.\d+$/.test(part)) ?? host;
  const name = last.replace(/\.xml$/i, '');
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function isTms({ name }: RootTag): boolean {
  return name === 'TileMapService' || name === 'TileMap';
}
