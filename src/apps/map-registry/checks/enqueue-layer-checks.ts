import type { Knex } from 'knex';
import type { RegistryTasks } from '../registry-tasks.ts';
import { delayWithin, periodsBetweenChecks } from './spread.ts';

/** Layers that are read and enqueued at a time. */
const BATCH = 2_000;

/** When the layers of a service are checked. */
export type LayerChecks =
  /** All of them at once, as fast as the host's limit lets them: after an operator's request, or the first harvest. */
  | { readonly when: 'now' }
  /** Those that are due, spread over the period. */
  | { readonly when: 'spread'; readonly periodSeconds: number };

/** Whose layers are checked, and how many at most. */
export interface CheckedService {
  readonly id: string;
  readonly host: string;
  /** Default: all. */
  readonly maximumLayers?: number | undefined;
}

interface LayerRow {
  readonly id: string;
  readonly failuresInRow: number;
  /** Null before the first check. */
  readonly secondsSinceCheck: number | null;
}

/** Enqueues the checks of a service's layers. A layer whose check waits already is not enqueued twice. */
export async function enqueueLayerChecks(
  transaction: Knex.Transaction,
  tasks: RegistryTasks,
  { id: serviceId, host, maximumLayers = Number.POSITIVE_INFINITY }: CheckedService,
  checks: LayerChecks,
): Promise<void> {
  let after = '0';
  for (let left = maximumLayers; left > 0; left -= BATCH) {
    const layers = await readLayers(transaction, serviceId, after, Math.min(BATCH, left));
    await tasks.checkLayers(
      transaction,
      layers.flatMap((layer) => {
        const delaySeconds = checks.when === 'now' ? 0 : delayOf(layer, checks.periodSeconds);
        return delaySeconds === undefined ? [] : [{ layerId: layer.id, host, delaySeconds }];
      }),
    );
    const last = layers.at(-1);
    if (!last || layers.length < BATCH) return;
    after = last.id;
  }
}

/** Returns `undefined` for a layer that has failed, and is not due in this period. */
function delayOf(
  { id, failuresInRow, secondsSinceCheck }: LayerRow,
  periodSeconds: number,
): number | undefined {
  const delaySeconds = delayWithin(periodSeconds, id);
  if (failuresInRow === 0 || secondsSinceCheck === null) return delaySeconds;
  // Half a period early counts as in time: the place within a period varies.
  const dueAfter = (periodsBetweenChecks(failuresInRow) - 0.5) * periodSeconds;
  return secondsSinceCheck + delaySeconds >= dueAfter ? delaySeconds : undefined;
}

async function readLayers(
  transaction: Knex.Transaction,
  serviceId: string,
  after: string,
  limit: number,
): Promise<readonly LayerRow[]> {
  return transaction('map_registry.layers')
    .where({ service_id: serviceId, is_active: true, is_monitored: true, was_deleted: false })
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .select(
      'id',
      'failures_in_row AS failuresInRow',
      transaction.raw(
        'extract(epoch FROM clock_timestamp() - last_check)::double precision AS "secondsSinceCheck"',
      ),
    );
}
