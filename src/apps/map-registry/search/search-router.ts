import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { refuseOtherMethods } from '../../../platform/http/allowed-methods.ts';
import { requestLogger } from '../../../platform/http/request-log.ts';
import {
  SearchEngineRefusalError,
  SearchEngineUnavailableError,
} from '../../../platform/search-engines/search-engine-errors.ts';
import { findCatalog } from '../catalogs/stored-catalogs.ts';
import { openOutsideClient } from '../fetching/open-outside-client.ts';
import type { OutsideClient } from '../fetching/outside-client.ts';
import type { Catalog } from '../layers/layer.ts';
import { openSearchEngine } from '../search-engines/open-search-engine.ts';
import type { SearchEngine } from '../search-engines/search-engine.ts';
import { mapRegistrySettings } from '../settings.ts';
import { FORWARDED_HEADER, forwardSearch, RemoteCatalogError } from './forward-search.ts';
import { SearchParameterError, UnsupportedSearchError } from './search-errors.ts';
import { readSearchParameters } from './search-parameters.ts';
import { describeQuery, searchReply } from './search-reply.ts';

/** Characters of a slug that a message shows. */
const SHOWN_CHARACTERS = 60;

/** Makes the route of searches: `/registry/{slug}/api/`. */
export function createSearchRouter(context: AppContext): Router {
  const search = new SearchCalls(context);
  const router = Router({ caseSensitive: true });
  router
    .route('/registry/:slug/api' as const)
    .get((request, response) => search.search(request, response))
    .all(refuseOtherMethods('GET', 'HEAD'));
  return router;
}

class SearchCalls {
  readonly #context: AppContext;
  readonly #engine: SearchEngine;
  readonly #isStrict: boolean;
  #client: OutsideClient | undefined;

  constructor(context: AppContext) {
    this.#context = context;
    this.#engine = openSearchEngine(context.platform);
    this.#isStrict = context.platform.settingsOf(mapRegistrySettings).api.isStrict;
  }

  async search(request: Request<{ slug: string }>, response: Response): Promise<void> {
    // Anybody may search, also from the pages of other sites.
    response.set('Access-Control-Allow-Origin', '*');
    const { platform } = this.#context;
    const { slug } = request.params;
    const catalog = await findCatalog(platform.database, slug);
    if (!catalog) {
      response.status(404).json({ error: `catalog '${slug.slice(0, SHOWN_CHARACTERS)}' not found` });
      return;
    }
    const url = new URL(request.originalUrl, platform.settings.web.baseUrl);
    try {
      if (catalog.url === null) response.json(await this.#searchHere(catalog, url, response));
      else await this.#searchElsewhere(catalog.url, url, request, response);
    } catch (error) {
      const reply = this.#replyTo(error);
      if (!reply) throw error;
      if (error instanceof SearchEngineUnavailableError) {
        requestLogger(request).error({ err: error }, 'the search engine is not available');
      }
      response.status(reply.status).json(reply.body);
    }
  }

  async #searchHere(catalog: Catalog, url: URL, response: Response): Promise<unknown> {
    const search = readSearchParameters(url.searchParams, {
      finestGridLevel: this.#engine.finestGridLevel,
      isStrict: this.#isStrict,
    });
    const signal = signalOf(response);
    const result = await this.#engine.search(catalog, search.query, signal);
    if (search.wantsOriginal) return result.original;
    return {
      request_url: url.href,
      request_body: describeQuery(search.query),
      ...searchReply(search, result),
    };
  }

  async #searchElsewhere(remoteUrl: string, url: URL, request: Request, response: Response): Promise<void> {
    this.#client ??= openOutsideClient(this.#context.platform);
    const { status, type, body } = await forwardSearch(
      this.#client,
      remoteUrl,
      { parameters: url.searchParams, forwardedBy: request.get(FORWARDED_HEADER) },
      signalOf(response),
    );
    response.status(status).type(type).send(body);
  }

  /** The reply to an error that a caller may see; `undefined` for all others. */
  #replyTo(error: unknown): { readonly status: number; readonly body: object } | undefined {
    if (error instanceof SearchParameterError) {
      return { status: 400, body: { [error.parameter]: [error.message] } };
    }
    if (error instanceof UnsupportedSearchError) {
      return { status: this.#isStrict ? 400 : 200, body: { error: { msg: error.message } } };
    }
    if (error instanceof SearchEngineRefusalError) return { status: 400, body: { error: error.message } };
    if (error instanceof SearchEngineUnavailableError) {
      return { status: this.#isStrict ? 503 : 500, body: { error: { msg: error.message } } };
    }
    if (error instanceof RemoteCatalogError) {
      return { status: this.#isStrict ? 502 : 500, body: { error: { msg: error.message } } };
    }
    return undefined;
  }
}

/** Fires when the caller is gone. */
function signalOf(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}
