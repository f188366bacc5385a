import { findCatalogById } from '../../../../src/apps/map-registry/catalogs/stored-catalogs.ts';
import { indexBatch } from '../../../../src/apps/map-registry/indexing/index-batch.ts';
import { noteToIndex } from '../../../../src/apps/map-registry/indexing/note-to-index.ts';
import type { Catalog } from '../../../../src/apps/map-registry/layers/layer.ts';
import { readSearchParameters } from '../../../../src/apps/map-registry/search/search-parameters.ts';
import type { SearchEngine } from '../../../../src/apps/map-registry/search-engines/search-engine.ts';
import type { Database } from '../../../../src/platform/database/connection.ts';
import { type LayerToStore, storeCatalog, storeLayer, storeService } from '../indexing/stored-layer.ts';

/** A catalogue of one service, whose layers are indexed by an engine. */
export class IndexedCatalog {
  readonly catalog: Catalog;
  readonly serviceId: string;
  readonly #database: Database;
  readonly #engine: SearchEngine;

  private constructor(database: Database, engine: SearchEngine, catalog: Catalog, serviceId: string) {
    this.#database = database;
    this.#engine = engine;
    this.catalog = catalog;
    this.serviceId = serviceId;
  }

  static async create(database: Database, engine: SearchEngine, slug: string): Promise<IndexedCatalog> {
    const id = await storeCatalog(database, slug);
    const catalog = await findCatalogById(database, id);
    if (!catalog) throw new Error('The catalogue was not stored');
    return new IndexedCatalog(database, engine, catalog, await storeService(database, id));
  }

  /** Stores a layer, which is not indexed yet; returns its id. */
  store(
    layer: Omit<LayerToStore, 'catalogId' | 'serviceId'> & { readonly serviceId?: string },
  ): Promise<string> {
    return storeLayer(this.#database, { catalogId: this.catalog.id, serviceId: this.serviceId, ...layer });
  }

  /** Marks layers as deleted, and indexes what is noted. */
  async remove(layerIds: readonly string[]) {
    await this.#database('map_registry.layers').whereIn('id', layerIds).update({ was_deleted: true });
    return this.index(layerIds);
  }

  /** Notes layers, and indexes all that is noted. Returns what became of each batch. */
  async index(layerIds: readonly string[], batchSize = 50) {
    await this.#database.transaction((transaction) =>
      noteToIndex(
        transaction,
        layerIds.map((layerId) => ({ layerId, catalogId: this.catalog.id })),
        'index',
      ),
    );
    const batches = [];
    for (;;) {
      const batch = await this.#database.transaction((transaction) =>
        indexBatch(transaction, this.#engine, batchSize),
      );
      if (batch.claimedCount === 0) break;
      batches.push(batch);
    }
    await this.#engine.finish([this.catalog]);
    return batches;
  }

  /** Searches by the parameters of the API. */
  search(parameters: Readonly<Record<string, string>>) {
    const { query } = readSearchParameters(new URLSearchParams(parameters), {
      finestGridLevel: this.#engine.finestGridLevel,
      isStrict: true,
    });
    return this.#engine.search(this.catalog, query);
  }

  /** Returns the names of the layers that a text finds, in order of names. */
  async namesOf(text: string): Promise<readonly string[]> {
    const { documents, matchCount } = await this.search({ 'q.text': text, 'd.docs.limit': '100' });
    if (matchCount !== documents.length) throw new Error(`${matchCount} match, and ${documents.length} came`);
    return documents.map(({ name }) => name).sort();
  }
}
