import { type Request, type RequestHandler, type Response, Router } from 'express';
import { textOf } from '../../../app-kit/admin/list-query.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { openClientBundle } from '../../../app-kit/client/client-bundle.ts';
import { createClientPages } from '../../../app-kit/client/client-pages.ts';
import { refuseOtherMethods } from '../../../platform/http/allowed-methods.ts';
import { HttpError } from '../../../platform/http/http-error.ts';
import { wantsJson } from '../../../platform/http/page.ts';
import { RESERVED_SLUGS } from '../catalogs/catalog-slug.ts';
import { findCatalog, listCatalogs } from '../catalogs/stored-catalogs.ts';
import { type CheckTarget, readChecks } from '../checks/history.ts';
import type { Catalog } from '../layers/layer.ts';
import { toRowId } from '../layers/row-key.ts';
import { countLayersOf, findLayerOf, type LayerDetails, listLayersOf } from '../layers/stored-layers.ts';
import {
  countServices,
  findService,
  findServiceOf,
  listServices,
  type ServiceDetails,
} from '../layers/stored-services.ts';
import { mapRegistrySettings } from '../settings.ts';
import { MOST_CARDS } from './cards.ts';
import { readCheckSummary } from './check-summary.ts';
import { type CheckedThing, checksPage, PAGE_CHECKS } from './checks-page.ts';
import { listDomains } from './domains.ts';
import { domainsPage, PAGE_DOMAINS } from './domains-page.ts';
import { readLayerDates } from './layer-dates.ts';
import { layerPage } from './layer-page.ts';
import { missingCatalogPage, missingPage, sendNoCatalogPage } from './missing-pages.ts';
import {
  checkPlaceText,
  domainPlaceText,
  readCheckPlace,
  readDomainPlace,
  readPageNumber,
  readServiceList,
} from './page-queries.ts';
import { readCards } from './read-cards.ts';
import { catalogPath, REGISTRY_PATH } from './registry-page.ts';
import { searchPage } from './search-page.ts';
import { sendThumbnail } from './send-thumbnail.ts';
import { serviceListPage } from './service-list-page.ts';
import { PAGE_LAYERS, servicePage } from './service-page.ts';

const pages = createClientPages(`${REGISTRY_PATH}/assets`, openClientBundle(import.meta.dirname));

/** Catalogues that the pages link to. */
const MOST_CATALOGS = 50;

/** Catalogues of one page of domains at most. */
const MOST_CATALOGS_OF_DOMAINS = PAGE_DOMAINS;

/** The parts of a path that name a catalogue, and a service or a layer in it. */
type CatalogPath = Record<'slug', string>;
type RecordPath = Record<'slug' | 'key', string>;

type CatalogHandler<Path extends CatalogPath> = (
  catalog: Catalog,
  request: Request<Path>,
  response: Response,
) => Promise<void>;

/** Makes the pages for people: the search, the services and layers with their checks, and the domains. */
export function createClientRouter({ platform }: AppContext): Router {
  const { database } = platform;
  const { servicesOfPage } = platform.settingsOf(mapRegistrySettings).pages;
  const router = Router({ caseSensitive: true });
  router.use(pages.assets);

  router.get(REGISTRY_PATH, async (request, response) => {
    const [first] = await listCatalogs(database, { limit: 1 });
    if (first) await sendServices(first, request, response);
    else sendNoCatalogPage(response);
  });

  router.get(`${REGISTRY_PATH}/domains`, async (request, response) => {
    const [first] = await listCatalogs(database, { limit: 1 });
    if (!first) return sendNoCatalogPage(response);
    const after = readDomainPlace(textOf(request, 'after'));
    const found = await listDomains(database, { after, limit: PAGE_DOMAINS + 1 });
    const shown = found.slice(0, PAGE_DOMAINS);
    const catalogs = await listCatalogs(database, {
      after: String(BigInt(shown[0]?.catalogId ?? '1') - 1n),
      limit: MOST_CATALOGS_OF_DOMAINS,
    });
    const last = found.length > PAGE_DOMAINS ? shown.at(-1) : undefined;
    const page = domainsPage(
      first,
      shown.flatMap((domain) => {
        const catalog = catalogs.find(({ id }) => id === domain.catalogId);
        return catalog ? [{ domain, catalog }] : [];
      }),
      last && domainPlaceText(last),
    );
    await pages.send(response, page);
  });

  read('', sendServices);

  read('/search', async (catalog, _request, response) => {
    await pages.send(response, searchPage(catalog));
  });

  read('/cards', async (catalog, request, response) => {
    const ids = (textOf(request, 'ids') ?? '').split(',').map(toRowId);
    const known = ids.filter((id) => id !== undefined);
    if (known.length !== ids.length || ids.length > MOST_CARDS) {
      throw new HttpError(400, `"ids" has to list 1 to ${MOST_CARDS} ids of layers, separated by commas.`);
    }
    response.set('Cache-Control', 'no-store').json(await readCards(database, catalog, known));
  });

  read<RecordPath>('/service/:key', async (catalog, request, response) => {
    const service = await serviceOf(catalog, request.params.key);
    if (!service) return pages.send(response, missingPage(catalog, 'service'));
    const page = readPageNumber(textOf(request, 'page'));
    const [checks, layers, layerCount] = await Promise.all([
      readCheckSummary(database, { serviceId: service.id }),
      listLayersOf(database, service.id, { page, size: PAGE_LAYERS }),
      countLayersOf(database, service.id),
    ]);
    const shown = { service, checks, layers, layerCount: layerCount.count, page };
    return pages.send(response, servicePage(catalog, shown));
  });

  read<RecordPath>('/service/:key/checks', async (catalog, request, response) => {
    const service = await serviceOf(catalog, request.params.key);
    if (!service) return pages.send(response, missingPage(catalog, 'service'));
    const title = service.title === '' ? service.url : service.title;
    const address = `${catalogPath(catalog)}/service/${service.uuid}`;
    return sendChecks(catalog, { title, address }, { serviceId: service.id }, request, response);
  });

  read<RecordPath>('/layer/:key', async (catalog, request, response) => {
    const layer = await layerOf(catalog, request.params.key);
    const service = layer && (await findService(database, layer.serviceId));
    if (!layer || !service) return pages.send(response, missingPage(catalog, 'layer'));
    const [checks, dates] = await Promise.all([
      readCheckSummary(database, { layerId: layer.id }),
      readLayerDates(database, layer.id),
    ]);
    return pages.send(response, layerPage(catalog, { layer, service, checks, dates }));
  });

  read<RecordPath>('/layer/:key/checks', async (catalog, request, response) => {
    const layer = await layerOf(catalog, request.params.key);
    if (!layer) return pages.send(response, missingPage(catalog, 'layer'));
    const title = layer.title === '' ? layer.name : layer.title;
    const address = `${catalogPath(catalog)}/layer/${layer.uuid}`;
    return sendChecks(catalog, { title, address }, { layerId: layer.id }, request, response);
  });

  read<RecordPath>('/layer/:key/thumbnail', async (catalog, request, response) => {
    const layer = await layerOf(catalog, request.params.key);
    if (!layer || layer.thumbnail === null) throw new HttpError(404, 'The layer has no picture.');
    await sendThumbnail(platform, layer.thumbnail, request, response);
  });

  router.get(`${REGISTRY_PATH}/:slug{/*rest}`, async (request, response, next) => {
    const { slug } = request.params;
    if (RESERVED_SLUGS.includes(slug) || wantsJson(request)) return next();
    const catalog = await findCatalog(database, slug);
    if (catalog) return pages.send(response, missingPage(catalog, 'page'));
    const catalogs = await listCatalogs(database, { limit: MOST_CATALOGS });
    const [first] = catalogs;
    return first
      ? pages.send(response, missingCatalogPage(first, catalogs, slug))
      : sendNoCatalogPage(response);
  });

  return router;

  /** Declares a page of a catalogue. What is no catalogue, other routes may know. */
  function read<Path extends CatalogPath = CatalogPath>(path: string, send: CatalogHandler<Path>): void {
    const handle: RequestHandler<Path> = async (request, response, next) => {
      const catalog = await findCatalog(database, request.params.slug);
      if (!catalog) next('route');
      else if (request.method === 'GET' || request.method === 'HEAD') await send(catalog, request, response);
      else next();
    };
    router.all(`${REGISTRY_PATH}/:slug${path}`, handle, refuseOtherMethods('GET', 'HEAD'));
  }

  async function sendServices(
    catalog: Catalog,
    request: Pick<Request, 'query'>,
    response: Response,
  ): Promise<void> {
    const list = readServiceList(catalog.id, request);
    const place = { page: readPageNumber(textOf(request, 'page')), size: servicesOfPage };
    const [services, count, catalogs] = await Promise.all([
      listServices(database, list, place),
      countServices(database, list),
      listCatalogs(database, { limit: MOST_CATALOGS }),
    ]);
    await pages.send(response, serviceListPage(catalog, catalogs, { list, services, count, place }));
  }

  async function sendChecks(
    catalog: Catalog,
    thing: CheckedThing,
    target: CheckTarget,
    request: Pick<Request, 'query'>,
    response: Response,
  ): Promise<void> {
    const before = readCheckPlace(textOf(request, 'before'));
    const found = await readChecks(database, target, { before, limit: PAGE_CHECKS + 1 });
    const shown = found.slice(0, PAGE_CHECKS);
    const last = found.length > PAGE_CHECKS ? shown.at(-1) : undefined;
    await pages.send(response, checksPage(catalog, thing, shown, last && checkPlaceText(last)));
  }

  async function serviceOf(catalog: Catalog, key: string): Promise<ServiceDetails | undefined> {
    const service = await findServiceOf(database, catalog.id, key);
    return service?.isPublic ? service : undefined;
  }

  async function layerOf(catalog: Catalog, key: string): Promise<LayerDetails | undefined> {
    const layer = await findLayerOf(database, catalog.id, key);
    return layer?.isPublic ? layer : undefined;
  }
}
