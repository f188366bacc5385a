import type { Knex } from 'knex';
import type { Box } from '../../../../map-kit/box.ts';
import { arrayLiteral } from '../../../../platform/database/array-literal.ts';
import { cornersOf, packCorner } from '../heat-map-grid.ts';

/** The level of the grid whose corners are stored: 64 columns and 32 rows. */
export const COUNTED_GRID_LEVEL = 6;

/** What of a layer is counted. */
export interface CountedLayer {
  readonly catalogId: string;
  readonly month: number;
  readonly originatorId: number;
  readonly typeId: number;
  readonly box: Box;
}

/** How the stored counts change with a batch. */
export class CountChanges {
  readonly #changes = new Map<string, number>();

  /** A layer comes into the index. */
  add(layer: CountedLayer): void {
    this.#count(layer, 1);
  }

  /** A layer leaves the index. */
  remove(layer: CountedLayer): void {
    this.#count(layer, -1);
  }

  /** Stores the changes. */
  async store(transaction: Knex.Transaction): Promise<void> {
    const changes = [...this.#changes].filter(([, change]) => change !== 0);
    if (changes.length === 0) return;
    const keys = changes.map(([key]) => key.split(' '));
    const columnOf = (index: number) => arrayLiteral(keys.map((parts) => parts[index] ?? ''));
    // In the order of their keys, so that two transactions never wait for each other.
    await transaction.raw(
      `INSERT INTO map_registry.layer_counts AS stored (catalog_id, kind, key, count)
       SELECT * FROM unnest(?::bigint[], ?::text[], ?::bigint[], ?::bigint[]) AS change (catalog_id, kind, key, count)
       ORDER BY catalog_id, kind COLLATE "C", key
       ON CONFLICT (catalog_id, kind, key) DO UPDATE SET count = stored.count + EXCLUDED.count`,
      [columnOf(0), columnOf(1), columnOf(2), arrayLiteral(changes.map(([, change]) => change))],
    );
  }

  #count({ catalogId, month, originatorId, typeId, box }: CountedLayer, change: number): void {
    const count = (kind: string, key: number) => {
      const name = `${catalogId} ${kind} ${key}`;
      this.#changes.set(name, (this.#changes.get(name) ?? 0) + change);
    };
    count('all', 0);
    count('month', month);
    count('originator', originatorId);
    count('type', typeId);
    for (const corner of cornersOf(COUNTED_GRID_LEVEL, box))
      count('corner', packCorner(COUNTED_GRID_LEVEL, corner));
  }
}
