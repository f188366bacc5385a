import type { Knex } from 'knex';
import { storableText } from '../../../platform/database/storable-text.ts';
import type { RefusedLayer, SearchEngine } from '../search-engines/search-engine.ts';
import { UnindexableLayerError } from './box-to-index.ts';
import type { CatalogIndex } from './catalog-index.ts';
import { type ClaimedLayer, claimLayers, noteRefusals } from './claimed-layers.ts';
import { type LayerToIndex, layerToIndex } from './index-document.ts';
import { keepIndexes } from './index-locks.ts';
import { type IndexableLayer, readIndexableLayers } from './indexable-layers.ts';

/** Each transaction waits for the disk once. */
const BATCHES_OF_A_TRANSACTION = 20;

/** They are in memory together. */
const MOST_LAYERS_OF_BATCHES = 1_000;

/** Returns how many layers are indexed in one transaction: some batches, or a large one. */
export function layersOfTransaction({ batchSize }: { readonly batchSize: number }): number {
  return Math.max(batchSize, Math.min(BATCHES_OF_A_TRANSACTION * batchSize, MOST_LAYERS_OF_BATCHES));
}

/** What became of the layers of a transaction. */
export interface IndexedBatch {
  readonly claimedCount: number;
  readonly indexedCount: number;
  readonly removedCount: number;
  readonly refused: readonly RefusedLayer[];
  /** The indexes that it changed. */
  readonly indexes: readonly CatalogIndex[];
}

/**
 * Indexes the layers that wait longest, and removes those that do not belong into the index any more, in the transaction
 * that takes them from the list: either both happened or neither.
 *
 * @throws {SearchEngineUnavailableError} and they wait on.
 */
export async function indexBatch(
  transaction: Knex.Transaction,
  engine: SearchEngine,
  layerCount: number,
  signal?: AbortSignal,
): Promise<IndexedBatch> {
  await keepIndexes(transaction);
  const claimed = await claimLayers(transaction, layerCount);
  const { layers, removed, unindexable } = await readBatch(transaction, claimed);
  const refusedByEngine =
    layers.length + removed.length > 0 ? await engine.write({ layers, removed }, transaction, signal) : [];
  const refused = [...unindexable, ...refusedByEngine].map(({ layerId, reason }) => ({
    layerId,
    reason: storableText(reason),
  }));
  await noteRefusals(transaction, claimed, refused);
  const refusedIds = new Set(refused.map(({ layerId }) => layerId));
  const isTaken = ({ layerId }: { readonly layerId: string }) => !refusedIds.has(layerId);
  return {
    claimedCount: claimed.length,
    indexedCount: layers.filter(isTaken).length,
    removedCount: removed.filter(isTaken).length,
    refused,
    indexes: indexesOf(claimed),
  };
}

/** Each once. */
function indexesOf(claimed: readonly ClaimedLayer[]): readonly CatalogIndex[] {
  const bySlug = new Map<string, CatalogIndex>();
  for (const { index } of claimed) if (index) bySlug.set(index.slug, index);
  return [...bySlug.values()];
}

/** Reads what is to be done with claimed layers now, whatever they were noted for: they may have changed since, or at that moment. */
async function readBatch(transaction: Knex.Transaction, claimed: readonly ClaimedLayer[]) {
  const layers: LayerToIndex[] = [];
  const unindexable: RefusedLayer[] = [];
  for (const layer of await readIndexableLayers(
    transaction,
    claimed.map(({ layerId }) => layerId),
  )) {
    const converted = convert(layer);
    if ('reason' in converted) unindexable.push(converted);
    else layers.push(converted);
  }
  const kept = new Set([...layers, ...unindexable].map(({ layerId }) => layerId));
  return { layers, unindexable, removed: claimed.filter(({ layerId }) => !kept.has(layerId)) };
}

function convert(layer: IndexableLayer): LayerToIndex | RefusedLayer {
  try {
    return layerToIndex(layer);
  } catch (error) {
    if (!(error instanceof UnindexableLayerError)) throw error;
    return { layerId: layer.id, reason: error.message };
  }
}
