import { OutsideRequestError } from '../../fetching/outside-client.ts';
import { DescriptionDigest } from '../description-digest.ts';
import type {
  DetectedService,
  HarvestedLayer,
  HarvestedService,
  MapSource,
  ServiceToHarvest,
  SourceContext,
} from '../map-source.ts';
import { SourceError } from '../map-source.ts';
import { abstractText, keywordTexts, titleText } from '../plain-text.ts';
import { readJson } from '../read-json.ts';
import {
  documentUrl,
  ESRI_TYPES,
  type EsriAddress,
  namedService,
  plainPart,
  readEsriAddress,
} from './esri-address.ts';
import {
  type EsriFolder,
  type EsriLayers,
  isEsriFolder,
  isEsriImageServer,
  isEsriLayers,
  isEsriMapServer,
} from './esri-documents.ts';
import { imageServerDrawing, mapServerDrawing, openEsriDrawing } from './esri-drawing.ts';
import { boxOfExtent, codesOf } from './esri-extent.ts';

/** Folders of a server that are read. */
const MOST_FOLDERS = 500;

/** Services of a server that are taken. */
const MOST_SERVICES = 10_000;

const WHAT = 'a server of Esri';

/** Map and image services of Esri's servers. */
export const esriSource: MapSource = {
  types: ['ESRI:ArcGIS:MapServer', 'ESRI:ArcGIS:ImageServer'],

  async detect({ url, isGreedy }, context) {
    const address = readEsriAddress(url);
    if (!address) return undefined;
    if (isGreedy) return allServices(address, context);
    return (await servicesNamed(address, context)) ?? refuseWholeServer(address);
  },

  harvest: (service, context) =>
    service.type === 'ESRI:ArcGIS:ImageServer'
      ? harvestImageServer(service, context)
      : harvestMapServer(service, context),

  openDrawing: openEsriDrawing,
};

async function allServices(
  { root }: EsriAddress,
  context: SourceContext,
): Promise<readonly DetectedService[]> {
  const top = await readFolder(root, context);
  const services = [...servicesOf(top, root)];
  for (const folder of (top.folders ?? []).slice(0, MOST_FOLDERS)) {
    if (services.length >= MOST_SERVICES) break;
    services.push(...servicesOf(await readFolder(childUrl(root, folder), context), root));
  }
  return services.slice(0, MOST_SERVICES);
}

/** The service that an address names, with or without its type; `undefined` where it names none. */
async function servicesNamed(
  address: EsriAddress,
  context: SourceContext,
): Promise<readonly DetectedService[] | undefined> {
  const named = namedService(address);
  if (named) {
    const isWanted = named.type === 'ESRI:ArcGIS:MapServer' ? isEsriMapServer : isEsriImageServer;
    await readJson<unknown>({ url: documentUrl(named.url), isWanted, what: WHAT }, context);
    return [{ type: named.type, url: named.url.href, title: named.title }];
  }
  const { root, parts } = address;
  if (parts.length === 0) return undefined;
  const name = parts
    .slice(0, 2)
    .map((part) => plainPart(part))
    .join('/');
  const folder = parts.length > 1 ? childUrl(root, plainPart(parts[0])) : root;
  const services = (await readFolder(folder, context)).services?.filter((service) => service.name === name);
  const found = servicesOf({ services: services ?? [] }, root);
  return found.length > 0 ? found : undefined;
}

function refuseWholeServer({ root }: EsriAddress): never {
  throw new SourceError(
    `The address names no map or image service of ${root.href}. To take all of its services, delete the endpoint and add it again with all folders and services (is_greedy).`,
  );
}

async function readFolder(url: URL, context: SourceContext): Promise<EsriFolder> {
  const { content } = await readJson({ url: documentUrl(url), isWanted: isEsriFolder, what: WHAT }, context);
  return content;
}

/** Names of services have their folder, seen from the root. */
function servicesOf({ services }: EsriFolder, root: URL): readonly DetectedService[] {
  return (services ?? []).flatMap(({ name, type: esriType }) => {
    const type = ESRI_TYPES.get(esriType);
    if (!type) return [];
    const title = titleText(name.split('/').at(-1) ?? name);
    return [{ type, url: childUrl(root, ...name.split('/'), esriType).href, title }];
  });
}

function childUrl(root: URL, ...names: readonly string[]): URL {
  return new URL([root.pathname, ...names.map(encodeURIComponent)].join('/'), root);
}

async function harvestMapServer(
  { url, validators }: ServiceToHarvest,
  context: SourceContext,
): Promise<HarvestedService | 'unchanged'> {
  const server = new URL(url);
  const { content, reply } = await readJson(
    { url: documentUrl(server), isWanted: isEsriMapServer, what: WHAT },
    context,
  );
  const details = await readLayers(server, context);
  const digest = digestOf([reply.body, ...(details ? [details.body] : [])]);
  if (digest === validators.digest) return 'unchanged';
  const { fullExtent, documentInfo, spatialReference, layers: all } = content;
  const srs = codesOf(spatialReference ?? fullExtent?.spatialReference);
  const serviceBox = boxOfExtent(fullExtent);
  const detailsOf = new Map(details?.layers.map((layer) => [layer.id, layer]));
  const shown = all.slice(0, context.maximumLayers);
  return {
    title: titleText(documentInfo?.Title || content.mapName || nameOfService(server)),
    abstract: abstractText(content.description || content.serviceDescription || ''),
    keywords: keywordTexts([documentInfo?.Keywords ?? '']),
    srs,
    layers: shown.map(({ id, name }): HarvestedLayer => {
      const layer = detailsOf.get(id);
      return {
        name: String(id),
        title: titleText(name),
        abstract: abstractText(layer?.description ?? ''),
        keywords: [],
        box: boxOfExtent(layer?.extent) ?? serviceBox,
        srs,
        dates: [],
        pageUrl: `${url}/${id}`,
        drawing: mapServerDrawing(url, id),
      };
    }),
    isComplete: shown.length === all.length,
    validators: { digest },
  };
}

/** Old servers do not have it, and of some it is too large: then each layer has the extent of its service. */
async function readLayers(
  server: URL,
  context: SourceContext,
): Promise<(EsriLayers & { readonly body: Buffer }) | undefined> {
  const url = documentUrl(new URL(`${server.href}/layers`));
  try {
    const { content, reply } = await readJson({ url, isWanted: isEsriLayers, what: WHAT }, context);
    return { ...content, body: reply.body };
  } catch (error) {
    const isMissing =
      error instanceof SourceError ||
      (error instanceof OutsideRequestError && ['status', 'too-large'].includes(error.fault));
    if (!isMissing) throw error;
    return undefined;
  }
}

async function harvestImageServer(
  { url, validators }: ServiceToHarvest,
  context: SourceContext,
): Promise<HarvestedService | 'unchanged'> {
  const server = new URL(url);
  const { content, reply } = await readJson(
    { url: documentUrl(server), isWanted: isEsriImageServer, what: WHAT },
    context,
  );
  const digest = digestOf([reply.body]);
  if (digest === validators.digest) return 'unchanged';
  const name = content.name || nameOfService(server);
  const abstract = abstractText(content.description || content.serviceDescription || '');
  const srs = codesOf(content.spatialReference ?? content.extent.spatialReference);
  const layer: HarvestedLayer = {
    name,
    title: titleText(name),
    abstract,
    keywords: [],
    box: boxOfExtent(content.extent),
    srs,
    dates: [],
    pageUrl: url,
    drawing: imageServerDrawing(url),
  };
  return {
    title: titleText(name),
    abstract,
    keywords: [],
    srs,
    layers: [layer],
    isComplete: true,
    validators: { digest },
  };
}

function digestOf(bodies: readonly Uint8Array[]): string {
  const digest = new DescriptionDigest();
  for (const body of bodies) digest.add(body);
  return digest.end();
}

/** The part before the type: `Rivers` of `Water/Rivers/MapServer`. */
function nameOfService({ pathname }: URL): string {
  return plainPart(pathname.split('/').at(-2));
}
