import type { Knex } from 'knex';
import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import type { Platform } from '../../../platform/platform.ts';
import { storeRecords } from '../csw/records/store-records.ts';
import type { OutsideClient } from '../fetching/outside-client.ts';
import { noteActions } from '../indexing/note-to-index.ts';
import type { ServiceType } from '../layers/layer.ts';
import { mapRegistrySettings } from '../settings.ts';
import {
  type HarvestedService,
  type HarvestValidators,
  type MapSource,
  SourceError,
} from '../sources/map-source.ts';
import { sourceSettingsOf } from '../sources/source-settings.ts';
import { harvestRulesOf } from './harvest-rules.ts';
import { layerRowsOf } from './layer-rows.ts';
import { supportedSrs } from './srs-codes.ts';
import { LONGEST, storedKeywords, storedText } from './text-limits.ts';
import { invalidReasonOfService } from './validity.ts';
import { type ChangedLayer, countMissingLayers, invalidateLayers, writeLayers } from './write-layers.ts';

/** What a harvest takes. */
export interface HarvestContext {
  readonly client: OutsideClient;
  /** Ends the harvest. */
  readonly signal: AbortSignal;
  /** Returns the source of a kind of service; `undefined` where there is none. */
  readonly sourceOf: (type: ServiceType) => MapSource | undefined;
  /** Reads so many layers alone, the newest of a WorldMap; nothing is concluded of the others. Default: all layers. */
  readonly newestLayers?: number;
}

/** What a harvest has done. */
export interface HarvestOutcome {
  /** Whether the description was that of the harvest before, so that nothing was written. */
  readonly isUnchanged: boolean;
  /** Layers that are new. */
  readonly newCount: number;
  /** Layers that are new, have changed, or were marked as deleted. */
  readonly changedCount: number;
  /** Layers that were marked as deleted, as several harvests in a row have not found them. */
  readonly deletedCount: number;
}

const NOTHING_NEW: HarvestOutcome = { isUnchanged: true, newCount: 0, changedCount: 0, deletedCount: 0 };

/** A service that was read from its server, and is not stored yet. */
export interface ReadHarvest {
  /**
   * Stores the service with its layers. Layers that are new or have changed are noted for the index, and their records for CSW
   * are made. Nothing is stored where another harvest has, that began later.
   *
   * @returns `undefined` where the service is gone.
   */
  store(transaction: Knex.Transaction): Promise<HarvestOutcome | undefined>;
}

/**
 * Reads a service from its server, and stores it with its layers, all in one transaction: a harvest that fails changes nothing.
 *
 * @returns `undefined` where there is no such service.
 * @throws {SourceError} where the server sends something else.
 * @throws {OutsideRequestError} where it does not reply as it should.
 */
export async function harvestService(
  platform: Platform,
  serviceId: string,
  context: HarvestContext,
): Promise<HarvestOutcome | undefined> {
  const harvest = await readHarvest(platform, serviceId, context);
  return harvest && platform.database.transaction((transaction) => harvest.store(transaction));
}

/**
 * Reads a service from its server, for a caller that stores something else in the same transaction.
 *
 * @returns `undefined` where there is no such service.
 * @throws {SourceError} where the server sends something else.
 * @throws {OutsideRequestError} where it does not reply as it should.
 */
export async function readHarvest(
  platform: Platform,
  serviceId: string,
  context: HarvestContext,
): Promise<ReadHarvest | undefined> {
  const settings = platform.settingsOf(mapRegistrySettings).harvest;
  const rules = harvestRulesOf(settings);
  const service = await readService(platform, serviceId);
  if (!service) return undefined;
  const { type, url, etag, last_modified, digest } = service;
  const validators: HarvestValidators =
    service.harvest_rules === rules
      ? { etag: etag ?? undefined, lastModified: last_modified ?? undefined, digest: digest ?? undefined }
      : {};
  const { newestLayers } = context;
  const source = context.sourceOf(type);
  if (!source) throw new SourceError(`Services of the type ${type} cannot be read.`);
  const described = await source.harvest(
    { type, url, validators: newestLayers === undefined ? validators : {} },
    {
      client: context.client,
      signal: context.signal,
      settings: sourceSettingsOf(platform),
      maximumLayers: newestLayers ?? (settings.limitLayers > 0 ? settings.limitLayers : undefined),
    },
  );
  const harvested =
    newestLayers === undefined || described === 'unchanged'
      ? described
      : { ...described, isComplete: false, validators };
  context.signal.throwIfAborted();
  return {
    async store(transaction) {
      const stored: { readonly isNewer: boolean } | undefined = await transaction('map_registry.services')
        .where({ id: serviceId })
        .forUpdate()
        .first(transaction.raw('coalesce(harvested > ?::timestamptz, false) AS "isNewer"', [service.begun]));
      if (!stored) return undefined;
      if (stored.isNewer) return NOTHING_NEW;
      const write = new HarvestWriting(transaction, service, settings, rules);
      return harvested === 'unchanged' ? write.unchanged() : write.changed(harvested);
    },
  };
}

/** What of a service a harvest depends on. */
interface ServiceRow {
  readonly id: string;
  readonly catalogId: string;
  readonly type: ServiceType;
  readonly url: string;
  readonly etag: string | null;
  readonly last_modified: string | null;
  readonly digest: string | null;
  readonly harvest_rules: string | null;
  /** When its row was read, in the clock and the words of Postgres. */
  readonly begun: string;
}

async function readService({ database }: Platform, serviceId: string): Promise<ServiceRow | undefined> {
  return database('map_registry.services')
    .where({ id: serviceId })
    .first(
      'id',
      'catalog_id as catalogId',
      'type',
      'url',
      'etag',
      'last_modified',
      'digest',
      'harvest_rules',
      database.raw('clock_timestamp()::text AS begun'),
    );
}

/** What a harvest writes of one service, in one transaction. */
class HarvestWriting {
  readonly #transaction: Knex.Transaction;
  readonly #service: ServiceRow;
  readonly #settings: HarvestSettings;
  readonly #rules: string;

  constructor(transaction: Knex.Transaction, service: ServiceRow, settings: HarvestSettings, rules: string) {
    this.#transaction = transaction;
    this.#service = service;
    this.#settings = settings;
    this.#rules = rules;
  }

  /** Notes that the description is that of the harvest before. What was missing in it is missing once more. */
  async unchanged(): Promise<HarvestOutcome> {
    const { deletedAfter } = this.#settings;
    const deleted = await countMissingLayers(this.#transaction, this.#service, {
      found: 'as-before',
      deletedAfter,
    });
    await this.#publish(deleted);
    await this.#transaction.raw(
      `UPDATE map_registry.services
       SET harvested = ?::timestamptz,
         layer_count = layer_count - ?,
         last_updated = CASE WHEN ? THEN clock_timestamp() ELSE last_updated END
       WHERE id = ?::bigint`,
      [this.#service.begun, deleted.length, deleted.length > 0, this.#service.id],
    );
    return { isUnchanged: true, newCount: 0, changedCount: deleted.length, deletedCount: deleted.length };
  }

  /** Stores a description. */
  async changed(harvested: HarvestedService): Promise<HarvestOutcome> {
    const { deletedAfter, limitLayers } = this.#settings;
    const srs = supportedSrs(harvested.srs, this.#settings.supportedSrs);
    const invalidService = invalidReasonOfService(this.#service.type, srs);
    const layers = layerRowsOf(harvested.layers, {
      supportedSrs: this.#settings.supportedSrs,
      invalidService,
    });
    const written = await writeLayers(this.#transaction, this.#service, layers);
    const deleted =
      harvested.isComplete && limitLayers <= 0
        ? await countMissingLayers(this.#transaction, this.#service, { found: layers, deletedAfter })
        : [];
    const invalidated = invalidService
      ? await invalidateLayers(this.#transaction, this.#service, invalidService)
      : [];
    const changed = [...written, ...deleted, ...invalidated];
    await this.#writeService(harvested, srs, invalidService, changed.length > 0);
    await this.#publish(changed);
    return {
      isUnchanged: false,
      newCount: written.filter(({ isNew }) => isNew).length,
      changedCount: changed.length,
      deletedCount: deleted.length,
    };
  }

  async #writeService(
    { title, abstract, keywords, validators }: HarvestedService,
    srs: readonly string[],
    invalidReason: string | null,
    haveLayersChanged: boolean,
  ): Promise<void> {
    await this.#transaction.raw(
      `UPDATE map_registry.services AS service
       SET title = given.title, abstract = given.abstract, keywords = given.keywords, srs = given.srs,
         is_valid = given.invalid_reason IS NULL, invalid_reason = given.invalid_reason,
         etag = ?, last_modified = ?, digest = ?, harvest_rules = ?, harvested = ?::timestamptz,
         layer_count = (SELECT count(*) FROM map_registry.layers WHERE service_id = service.id AND NOT was_deleted),
         last_updated = CASE
           WHEN ? OR (service.title, service.abstract, service.keywords, service.srs, service.invalid_reason)
             IS DISTINCT FROM (given.title, given.abstract, given.keywords, given.srs, given.invalid_reason)
           THEN clock_timestamp() ELSE service.last_updated END
       FROM (
         SELECT stored.id, coalesce(nullif(?, ''), stored.title) AS title, ? AS abstract,
           ?::text[] AS keywords, ?::text[] AS srs, ?::text AS invalid_reason
         FROM map_registry.services AS stored WHERE stored.id = ?::bigint
       ) AS given
       WHERE service.id = given.id`,
      [
        storedText(validators.etag ?? '', LONGEST.title) || null,
        storedText(validators.lastModified ?? '', LONGEST.title) || null,
        validators.digest ?? null,
        this.#rules,
        this.#service.begun,
        haveLayersChanged,
        storedText(title, LONGEST.title),
        storedText(abstract, LONGEST.abstract),
        arrayLiteral(storedKeywords(keywords)),
        arrayLiteral(srs),
        invalidReason,
        this.#service.id,
      ],
    );
  }

  /** Makes the records of layers, and notes them for the index. A check too holds the layer before it notes it. */
  async #publish(layers: readonly ChangedLayer[]): Promise<void> {
    const { catalogId } = this.#service;
    await storeRecords(
      this.#transaction,
      layers.map(({ layerId }) => layerId),
    );
    await noteActions(
      this.#transaction,
      layers.map(({ layerId, isListed }) => ({
        layerId,
        catalogId,
        action: isListed ? 'index' : 'remove',
      })),
    );
  }
}

type HarvestSettings = Parameters<typeof harvestRulesOf>[0];
