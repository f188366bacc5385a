import type { Knex } from 'knex';
import { storableText } from '../../../platform/database/storable-text.ts';
import type { Platform } from '../../../platform/platform.ts';
import { countTask, isCounted } from '../checks/counted-tasks.ts';
import type { OutsideClient } from '../fetching/outside-client.ts';
import { createServices } from '../harvest/find-or-create-service.ts';
import type { RegistryTasks } from '../registry-tasks.ts';
import type { DetectedService, MapSource } from '../sources/map-source.ts';
import { sourceSettingsOf } from '../sources/source-settings.ts';
import { detectServices } from './detect-services.ts';
import { LONGEST_MESSAGE, storeOutcome } from './endpoint-outcome.ts';
import { reachableServices } from './reachable-services.ts';
import { servicesByHost } from './services-by-host.ts';
import { findEndpoint, type StoredEndpoint } from './stored-endpoints.ts';
import { readWebAddress } from './web-address.ts';

/** Services that are taken from one endpoint. */
const MOST_SERVICES = 10_000;

/** What looking at an endpoint takes. */
export interface EndpointContext {
  readonly client: OutsideClient;
  /** Ends the work. */
  readonly signal: AbortSignal;
  readonly tasks: RegistryTasks;
  /** The task that looks at it: what came of it is stored once, however often it is run. */
  readonly taskId: string;
  /** Returns the sources in the order in which an address is tried. */
  readonly sourcesFor: (url: URL) => readonly MapSource[];
}

/**
 * Finds what an endpoint is, stores the services that are new in its catalogue, and has them checked. Services at other hosts are asked by
 * tasks of their own. What came of it is stored with the endpoint, whatever its server does.
 */
export async function processEndpoint(
  platform: Platform,
  endpointId: string,
  context: EndpointContext,
): Promise<void> {
  if (await isCounted(platform.database, context.taskId)) return;
  const endpoint = await findEndpoint(platform.database, endpointId);
  if (!endpoint) return;
  const result = await lookAt(platform, endpoint, context);
  context.signal.throwIfAborted();
  await platform.database.transaction(async (transaction) => {
    const isThere = await transaction('map_registry.endpoints')
      .where({ id: endpoint.id })
      .forUpdate()
      .first('id');
    if (!isThere || !(await countTask(transaction, context.taskId))) return;
    if ('error' in result) await storeFailure(transaction, endpoint.id, result.error);
    else await storeServices(transaction, endpoint, result, context.tasks);
  });
}

async function storeServices(
  transaction: Knex.Transaction,
  { id, catalogId }: StoredEndpoint,
  { services, elsewhere, errors }: FoundServices,
  tasks: RegistryTasks,
): Promise<void> {
  const created = await createServices(transaction, catalogId, services);
  await tasks.checkServices(transaction, created);
  await tasks.askServices(
    transaction,
    servicesByHost(elsewhere).map((ofHost) => ({ endpointId: id, ...ofHost })),
  );
  await storeOutcome(transaction, id, {
    createdCount: created.length,
    unaskedCount: elsewhere.length,
    leftOut: errors,
  });
}

async function storeFailure(transaction: Knex.Transaction, endpointId: string, error: string): Promise<void> {
  await transaction('map_registry.endpoints')
    .where({ id: endpointId })
    .update({
      processed: transaction.raw('clock_timestamp()'),
      imported: false,
      message: storableText(error.slice(0, LONGEST_MESSAGE)),
    });
}

/** The services of an endpoint that are new. */
interface FoundServices {
  readonly services: readonly DetectedService[];
  /** Those at other hosts, which are to be asked. */
  readonly elsewhere: readonly DetectedService[];
  /** What was left out, a sentence each. */
  readonly errors: readonly string[];
}

/** What is at an endpoint, or why that was not found out. */
type EndpointResult = FoundServices | { readonly error: string };

async function lookAt(
  platform: Platform,
  { url, isGreedy, catalogId }: StoredEndpoint,
  { client, signal, sourcesFor: order }: EndpointContext,
): Promise<EndpointResult> {
  const address = { url: new URL(url), isGreedy };
  const settings = sourceSettingsOf(platform);
  const { services, errors } = await detectServices(
    address,
    { client, signal, settings, maximumLayers: undefined },
    order(address.url),
  );
  if (!services) {
    const reasons = errors.length === 0 ? ['No kind of service was recognized.'] : errors;
    return {
      error: `ERROR! Could not detect service type for endpoint ${url}: ${reasons.join(' | ')}`,
    };
  }
  const unknown = await withoutKnown(platform, catalogId, usable(services));
  // The endpoint itself has just replied.
  const own = unknown.filter((service) => isAt(address.url, service));
  const others = unknown.filter((service) => !isAt(address.url, service));
  // This task counts at the host of the endpoint alone.
  const isOfHost = (service: DetectedService) => new URL(service.url).hostname === address.url.hostname;
  const reached = await reachableServices(others.filter(isOfHost), { client, signal });
  return {
    services: [...own, ...reached.services],
    elsewhere: others.filter((service) => !isOfHost(service)),
    errors: reached.errors,
  };
}

/** Services whose address can be stored, each once. */
function usable(services: readonly DetectedService[]): readonly DetectedService[] {
  const byAddress = new Map<string, DetectedService>();
  for (const service of services) {
    const address = readWebAddress(service.url);
    if ('fault' in address) continue;
    const key = `${service.type} ${address.url}`;
    if (!byAddress.has(key)) byAddress.set(key, { ...service, url: address.url });
  }
  return [...byAddress.values()].slice(0, MOST_SERVICES);
}

async function withoutKnown(
  { database }: Platform,
  catalogId: string,
  services: readonly DetectedService[],
): Promise<readonly DetectedService[]> {
  const { rows } = await database.raw<{ rows: readonly { readonly type: string; readonly url: string }[] }>(
    `SELECT service.type, service.url
     FROM jsonb_to_recordset(?::jsonb) AS given (type text, url text)
     JOIN map_registry.services AS service
       ON service.catalog_id = ?::bigint AND service.type = given.type AND service.url = given.url`,
    [JSON.stringify(services.map(({ type, url }) => ({ type, url }))), catalogId],
  );
  const known = new Set(rows.map(({ type, url }) => `${type} ${url}`));
  return services.filter(({ type, url }) => !known.has(`${type} ${url}`));
}

/** Whether a service is at the address of its endpoint, whatever the parameters. */
function isAt(endpoint: URL, service: DetectedService): boolean {
  const { host, pathname } = new URL(service.url);
  return host === endpoint.host && pathname === endpoint.pathname;
}
