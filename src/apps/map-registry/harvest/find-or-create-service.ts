import type { Knex } from 'knex';
import { storableJson } from '../../../platform/database/storable-text.ts';
import type { ServiceType } from '../layers/layer.ts';
import { findService, type ServiceDetails } from '../layers/stored-services.ts';
import { LONGEST, storedText } from './text-limits.ts';

/** A service that is stored before it was harvested. */
export interface NewService {
  readonly type: ServiceType;
  /** Of the schemes `http` and `https`, with at most 2,000 characters. */
  readonly url: string;
  readonly title?: string;
  readonly abstract?: string;
  /** Codes: `EPSG:4326`. Default: none. */
  readonly srs?: readonly string[];
  /** Whether it is checked from now on. Default: true. */
  readonly isMonitored?: boolean;
}

/** A service that was stored now. */
export interface CreatedService {
  readonly serviceId: string;
  readonly host: string;
}

/**
 * Returns the service of a kind at an address in a catalogue. It is stored if it is not there; an existing one stays as it is.
 * Its checks are the caller's to enqueue.
 */
export async function findOrCreateService(
  transaction: Knex.Transaction,
  catalogId: string,
  service: NewService,
): Promise<{ readonly service: ServiceDetails; readonly isNew: boolean }> {
  const [created] = await createServices(transaction, catalogId, [service]);
  const serviceId = created?.serviceId ?? (await findServiceId(transaction, catalogId, service));
  const found = serviceId === undefined ? undefined : await findService(transaction, serviceId);
  if (!found) throw new Error(`The service at ${service.url} was deleted while it was stored.`);
  return { service: found, isNew: created !== undefined };
}

/** Stores services, and returns those that were not there. Existing ones stay as they are. */
export async function createServices(
  transaction: Knex.Transaction,
  catalogId: string,
  services: readonly NewService[],
): Promise<readonly CreatedService[]> {
  if (services.length === 0) return [];
  const { rows } = await transaction.raw<{ rows: CreatedService[] }>(
    `INSERT INTO map_registry.services (catalog_id, type, url, host, title, abstract, srs, is_monitored)
     SELECT ?::bigint, given.type, given.url, given.host, given.title, given.abstract, given.srs, given.is_monitored
     FROM jsonb_to_recordset(?::jsonb)
       AS given (type text, url text, host text, title text, abstract text, srs text[], is_monitored boolean)
     ORDER BY given.type COLLATE "C", given.url COLLATE "C"
     ON CONFLICT (catalog_id, type, url) DO NOTHING
     RETURNING id AS "serviceId", host`,
    [catalogId, storableJson(services.map(rowOf))],
  );
  return rows;
}

function rowOf({ type, url, title = '', abstract = '', srs = [], isMonitored = true }: NewService): object {
  return {
    type,
    url: addressOf(url),
    host: new URL(url).hostname,
    title: storedText(title, LONGEST.title),
    abstract: storedText(abstract, LONGEST.abstract),
    srs,
    is_monitored: isMonitored,
  };
}

async function findServiceId(
  transaction: Knex.Transaction,
  catalogId: string,
  { type, url }: NewService,
): Promise<string | undefined> {
  const row: { id: string } | undefined = await transaction('map_registry.services')
    .where({ catalog_id: catalogId, type, url: addressOf(url) })
    .first('id');
  return row?.id;
}

/** The address in one spelling, so that a service is not stored twice. What follows `#` is not sent to its server. */
function addressOf(url: string): string {
  const address = new URL(url);
  address.hash = '';
  return address.href;
}
