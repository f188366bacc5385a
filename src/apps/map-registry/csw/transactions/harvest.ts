import type { Knex } from 'knex';
import { OgcError } from '../../../../map-kit/ogc-error.ts';
import { addEndpoint } from '../../endpoints/add-endpoints.ts';
import { readWebAddress } from '../../endpoints/web-address.ts';
import { type OutsideClient, OutsideRequestError } from '../../fetching/outside-client.ts';
import { findOrCreateService } from '../../harvest/find-or-create-service.ts';
import type { ServiceType } from '../../layers/layer.ts';
import type { RegistryTasks } from '../../registry-tasks.ts';
import type { CswContext, CswReply } from '../operations/csw-context.ts';
import type { WriteRequest } from '../requests/csw-request.ts';
import { invalid } from '../requests/parameter-values.ts';
import { type BriefRecord, harvestReply } from './transaction-reply.ts';

type Harvest = Extract<WriteRequest, { operation: 'Harvest' }>;

/** What a harvest works with beside the catalogue. */
export interface HarvestTools {
  readonly client: OutsideClient;
  readonly tasks: RegistryTasks;
  readonly signal: AbortSignal;
}

/** The kinds of services by the URIs that requests name them with. */
const TYPE_OF_URI: ReadonlyMap<string, ServiceType> = new Map([
  ['http://www.opengis.net/cat/csw/2.0.2', 'OGC:CSW'],
  ['http://www.opengis.net/cat/csw/3.0', 'OGC:CSW'],
  ['http://www.opengis.net/wms', 'OGC:WMS'],
  ['http://www.opengis.net/wmts/1.0', 'OGC:WMTS'],
  ['https://wiki.osgeo.org/wiki/TMS', 'OSGeo:TMS'],
  ['urn:x-esri:serviceType:ArcGIS:MapServer', 'ESRI:ArcGIS:MapServer'],
  ['urn:x-esri:serviceType:ArcGIS:ImageServer', 'ESRI:ArcGIS:ImageServer'],
]);

/** Bytes that are read of a source, to see whether it is there. */
const READ_BYTES = 64 * 1_024;

/**
 * Stores a service, which is then harvested and checked; a catalogue becomes an endpoint, whose services are looked for. What is
 * there already stays as it is.
 *
 * @throws {OgcError} the kind is unknown, or the source does not reply.
 */
export async function runHarvest(
  request: Harvest,
  context: CswContext,
  tools: HarvestTools,
): Promise<CswReply> {
  const type = TYPE_OF_URI.get(request.resourceType.trim());
  if (!type) throw invalid('resourceType', 'Unsupported Service Type');
  const address = readWebAddress(request.source);
  if ('fault' in address) throw invalid('source', address.fault);
  await checkSource(new URL(address.url), tools);
  const stored = await context.database.transaction((transaction) =>
    type === 'OGC:CSW'
      ? storeEndpoint(transaction, tools.tasks, context.catalog.id, address.url)
      : storeService(transaction, tools.tasks, context.catalog.id, { type, url: address.url }),
  );
  return harvestReply(request.version, [stored.record], stored.isNew ? 1 : 0);
}

/** Services have no title before their first harvest. */
async function storeService(
  transaction: Knex.Transaction,
  tasks: RegistryTasks,
  catalogId: string,
  given: { readonly type: ServiceType; readonly url: string },
): Promise<{ readonly record: BriefRecord; readonly isNew: boolean }> {
  const { service, isNew } = await findOrCreateService(transaction, catalogId, given);
  if (isNew) await tasks.checkServices(transaction, [{ serviceId: service.id, host: service.host }]);
  return { record: { identifier: service.uuid, title: service.title || service.url }, isNew };
}

async function storeEndpoint(
  transaction: Knex.Transaction,
  tasks: RegistryTasks,
  catalogId: string,
  url: string,
): Promise<{ readonly record: BriefRecord; readonly isNew: boolean }> {
  const { endpoint, isNew } = await addEndpoint(transaction, tasks, { catalogId, url });
  return { record: { identifier: endpoint.uuid, title: endpoint.url }, isNew };
}

/** Any reply will do: without parameters, services of the OGC reply with errors. */
async function checkSource(url: URL, { client, signal }: HarvestTools): Promise<void> {
  try {
    await client.request(url, { signal, maximumBytes: READ_BYTES });
  } catch (error) {
    if (!(error instanceof OutsideRequestError)) throw error;
    if (error.fault === 'too-large') return;
    throw new OgcError('InvalidParameterValue', error.message, { locator: 'source', cause: error });
  }
}
