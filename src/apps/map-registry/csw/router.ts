import express, { type Request, type Response, Router } from 'express';
import type { Accounts } from '../../../app-kit/accounts.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { OgcError } from '../../../map-kit/ogc-error.ts';
import { OgcRequest } from '../../../map-kit/ogc-request.ts';
import { queryOf } from '../../../map-kit/replies/query-of.ts';
import { sendReply } from '../../../map-kit/replies/send-reply.ts';
import { refuseOtherMethods } from '../../../platform/http/allowed-methods.ts';
import { requestLogger } from '../../../platform/http/request-log.ts';
import { operatorOf } from '../api/require-account.ts';
import { findCatalog } from '../catalogs/stored-catalogs.ts';
import { openOutsideClient } from '../fetching/open-outside-client.ts';
import type { Catalog } from '../layers/layer.ts';
import { mapRegistrySettings } from '../settings.ts';
import { registryTasksOf } from '../tasks.ts';
import type { CswVersion } from './csw-version.ts';
import { describeFailure, exceptionReport } from './exception.ts';
import { DESCRIPTION_TYPE, openSearchDescription } from './opensearch/description.ts';
import type { CswContext, CswReply } from './operations/csw-context.ts';
import { describeRecord } from './operations/describe-record.ts';
import { getCapabilities } from './operations/get-capabilities.ts';
import { getDomain } from './operations/get-domain.ts';
import { getRecordById, getRepositoryItem } from './operations/get-record-by-id.ts';
import { getRecords } from './operations/get-records.ts';
import { inReadTransaction } from './records/read-transaction.ts';
import { RememberedMatches } from './records/remembered-matches.ts';
import type { CswRequest, ReadRequest } from './requests/csw-request.ts';
import { readKvpRequest } from './requests/read-kvp.ts';
import { readXmlRequest } from './requests/read-xml.ts';
import { readXmlBody } from './requests/xml-body.ts';
import { runHarvest } from './transactions/harvest.ts';
import { runTransaction } from './transactions/transaction.ts';

/** Bytes of a request. */
const LIMIT_BYTES = 4 * 1_024 * 1_024;

/** The catalogue that the description of the OpenSearch is of, where a request names none. */
const DEFAULT_CATALOG = 'hypermap';

const REPLY_HEADERS = {
  // Pages of any site may read the catalogue: reading requires no login.
  'Access-Control-Allow-Origin': '*',
  // A record is returned as it was inserted, and browsers run scripts of XHTML in any XML.
  'Content-Security-Policy': "default-src 'none'; sandbox",
};

/** Makes the routes of CSW and of the description of its OpenSearch. */
export function createCswRouter({ platform, queue }: AppContext, accounts: Accounts): Router {
  const settings = platform.settingsOf(mapRegistrySettings);
  const { isStrict } = settings.api;
  const tasks = registryTasksOf(platform, queue);
  const client = openOutsideClient(platform);
  const rememberedMatches = new RememberedMatches();
  const router = Router();

  router
    .route('/registry/:slug/csw')
    .get((request, response) => answer(request, response))
    .post(express.raw({ type: () => true, limit: LIMIT_BYTES }), (request, response) =>
      answer(request, response),
    )
    .options(allowOtherSites)
    .all(refuseOtherMethods('GET', 'HEAD', 'POST'));
  router
    .route('/registry/opensearch')
    .get(async (request, response) => {
      const catalog = await findCatalog(platform.database, DEFAULT_CATALOG);
      if (!catalog) throw unknownCatalog();
      response.set('Access-Control-Allow-Origin', '*');
      sendReply(request, response, {
        contentType: DESCRIPTION_TYPE,
        body: openSearchDescription(catalog, `${catalogUrl(request, catalog.slug)}/csw`),
      });
    })
    .all(refuseOtherMethods('GET', 'HEAD'));
  router.use(
    '/registry/:slug/csw',
    (error: unknown, request: Request, response: Response, _next: express.NextFunction) => {
      refuse(error, request, response, versionIn(request));
    },
  );
  return router;

  async function answer(request: Request, response: Response): Promise<void> {
    response.set(REPLY_HEADERS);
    const aborted = new AbortController();
    response.once('close', () => aborted.abort());
    let version = versionIn(request);
    try {
      const catalog = await findCatalog(platform.database, String(request.params['slug']));
      if (!catalog) {
        // An address that does not exist was a 404 of the original too.
        sendReply(request, response, exceptionReport(unknownCatalog(), version, true));
        return;
      }
      const read = readRequest(request);
      version = read.version;
      const reply = await run(read, request, response, catalog, aborted.signal);
      sendReply(request, response, reply);
    } catch (error) {
      if (!aborted.signal.aborted) refuse(error, request, response, version);
    }
  }

  function refuse(error: unknown, request: Request, response: Response, version: CswVersion): void {
    const failure = describeFailure(error);
    if (failure.status >= 500 && failure.cause !== undefined) {
      requestLogger(request).error({ err: error }, 'a CSW request failed');
    }
    response.set(REPLY_HEADERS);
    sendReply(request, response, exceptionReport(failure, version, isStrict));
  }

  /** Whoever changes something is identified for this request: nothing of an earlier one counts. */
  async function run(
    read: CswRequest,
    request: Request,
    response: Response,
    catalog: Catalog,
    signal: AbortSignal,
  ): Promise<CswReply> {
    const context = contextOf(request, catalog);
    if (read.operation !== 'Transaction' && read.operation !== 'Harvest') return runReading(read, context);
    const { username } = await operatorOf(accounts, request, response);
    requestLogger(request).info({ username, operation: read.operation }, 'an operator calls CSW');
    return read.operation === 'Transaction'
      ? runTransaction(read, context, tasks)
      : runHarvest(read, context, { client, tasks, signal });
  }

  function contextOf(request: Request, catalog: Catalog): CswContext {
    const url = `${catalogUrl(request, catalog.slug)}/csw`;
    const query = new URLSearchParams(queryOf(request));
    return {
      database: platform.database,
      catalog,
      rememberedMatches,
      catalogUrl: catalogUrl(request, catalog.slug),
      url,
      metadata: settings.csw.metadata,
      descriptionUrl: `${url}?mode=opensearch&service=CSW&version=3.0.0&request=GetCapabilities`,
      pageUrl: (parameters) => {
        const names = Object.keys(parameters).map((name) => name.toLowerCase());
        const kept = [...query].filter(([name]) => !names.includes(name.toLowerCase()));
        return `${url}?${new URLSearchParams([...kept, ...Object.entries(parameters)])}`;
      },
    };
  }
}

async function runReading(read: ReadRequest, context: CswContext): Promise<CswReply> {
  switch (read.operation) {
    case 'GetCapabilities':
      return read.isOpenSearch
        ? { contentType: DESCRIPTION_TYPE, body: openSearchDescription(context.catalog, context.url) }
        : getCapabilities(read, context);
    case 'DescribeRecord':
      return describeRecord(read);
    case 'GetRecords':
      return getRecords(read, context);
    default:
      return inReadTransaction(context.database, context.catalog.id, ({ transaction }) =>
        lookUp(read, { ...context, database: transaction }),
      );
  }
}

/** Operations that read the records: all statements of one see the same, and have a limit. */
async function lookUp(
  read: Extract<ReadRequest, { operation: 'GetDomain' | 'GetRecordById' | 'GetRepositoryItem' }>,
  context: CswContext,
): Promise<CswReply> {
  switch (read.operation) {
    case 'GetDomain':
      return getDomain(read, context);
    case 'GetRecordById':
      return getRecordById(read, context);
    case 'GetRepositoryItem':
      return getRepositoryItem(read, context);
  }
}

/** A body is XML, whatever its type says, as `curl -d` calls it a form; otherwise it is a form. */
function readRequest(request: Request): CswRequest {
  const body: unknown = request.body;
  if (request.method !== 'POST' || !Buffer.isBuffer(body) || body.length === 0) {
    return readKvpRequest(OgcRequest.read(queryOf(request)));
  }
  if (
    request.is('application/x-www-form-urlencoded') &&
    !/^[\s\uFEFF]*</.test(body.toString('utf8', 0, 100))
  ) {
    return readKvpRequest(OgcRequest.read(body.toString('utf8')));
  }
  return readXmlBody(body, readXmlRequest);
}

function unknownCatalog(): OgcError {
  return new OgcError('NotFound', 'There is no catalogue at this address.', { status: 404 });
}

/** The version that a query names, for the report of a failure before the request is read. */
function versionIn(request: Request): CswVersion {
  const body: unknown = request.body;
  const start = Buffer.isBuffer(body) ? body.toString('latin1', 0, 1_000) : '';
  return /[?&]version=2\.0\.2/i.test(request.originalUrl) ||
    /version=["']2\.0\.2["']|csw\/2\.0\.2/.test(start)
    ? '2.0.2'
    : '3.0.0';
}

function catalogUrl(request: Request, slug: string): string {
  return `${request.protocol}://${request.host}/registry/${slug}`;
}

function allowOtherSites(_request: Request, response: Response): void {
  response
    .set({
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'GET, HEAD, POST',
      'Access-Control-Allow-Headers': 'Content-Type',
      Allow: 'GET, HEAD, POST, OPTIONS',
    })
    .status(204)
    .end();
}
