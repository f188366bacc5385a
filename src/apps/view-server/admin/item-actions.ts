import type { Knex } from 'knex';
import type { AdminAction, AdminActionOutcome } from '../../../app-kit/admin/action.ts';
import { rowsOfKeys } from '../../../app-kit/admin/row-keys.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import { withdrawItem } from '../stages/item-actions.ts';
import { openStages } from '../stages/open-stages.ts';
import { type PushedItem, pushItems } from '../stages/push-items.ts';
import { STAGES, type Stage } from '../stages/stage-names.ts';
import { ITEMS } from './resources.ts';

/** What operators do with items. */
export const itemActions: readonly AdminAction[] = [
  {
    name: 'push-again',
    resource: ITEMS,
    async run(context, { ids }) {
      const { pushed, known } = await pushAgain(context, ids, false);
      const others = known > pushed ? ` ${inWords(known - pushed)} waited already.` : '';
      return { message: `Pushed ${inWords(pushed)} again.${others}`, count: pushed };
    },
  },
  {
    name: 'push-first',
    resource: ITEMS,
    async run(context, { ids }) {
      const { known } = await pushAgain(context, ids, true);
      return { message: `Pushed ${inWords(known)} to the front.`, count: known };
    },
  },
  {
    name: 'withdraw',
    resource: ITEMS,
    run: (context, { ids }) => withdraw(context, ids),
  },
];

interface StoredItem extends PushedItem {
  readonly stage: Stage;
}

/** Pushes items again with the metadata that they had, in one transaction. Returns how many there are, and how many did not wait. */
async function pushAgain(
  context: AppContext,
  keys: readonly string[],
  isUrgent: boolean,
): Promise<{ readonly pushed: number; readonly known: number }> {
  const stages = openStages(context);
  return context.platform.database.transaction(async (transaction) => {
    const items = await readItems(transaction, rowsOfKeys(keys));
    let pushed = 0;
    for (const stage of STAGES) {
      const ofStage = items.filter((item) => item.stage === stage);
      const areNew = await pushItems(transaction, stages, {
        stage,
        collection: ofStage[0]?.collection ?? '',
        isUrgent,
        items: ofStage,
      });
      pushed += areNew.filter(Boolean).length;
    }
    return { pushed, known: items.length };
  });
}

/** Reads items, the one first that was pushed first. */
async function readItems(transaction: Knex.Transaction, ids: readonly string[]): Promise<StoredItem[]> {
  const { rows } = await transaction.raw<{ rows: (StoredItem & { metadata: string | null })[] }>(
    `SELECT item.stage, item.path, item.collection, newest.metadata
     FROM view_server.items AS item
     LEFT JOIN LATERAL (SELECT metadata FROM view_server.attempts AS attempt
       WHERE attempt.item_id = item.id ORDER BY attempt.number DESC LIMIT 1) AS newest ON true
     WHERE item.id = ANY (?::bigint[]) ORDER BY item.id`,
    [arrayLiteral(ids)],
  );
  return rows.map(({ metadata, ...item }) => ({ ...item, metadata: metadata ?? undefined }));
}

/** Takes items that wait out of the queue, with their tasks. Those in work go on. */
async function withdraw(context: AppContext, keys: readonly string[]): Promise<AdminActionOutcome> {
  const stages = openStages(context);
  const count = await context.platform.database.transaction(async (transaction) => {
    let withdrawn = 0;
    // In order, so that two who withdraw the same items do not wait for each other for ever.
    for (const id of rowsOfKeys(keys)
      .map(Number)
      .sort((one, other) => one - other)) {
      if (await withdrawItem(transaction, stages, id)) withdrawn += 1;
    }
    return withdrawn;
  });
  const others = count < keys.length ? ' The others do not wait.' : '';
  return { message: `Withdrew ${inWords(count)}.${others}`, count };
}

/** A number of items in words. */
export function inWords(count: number): string {
  return count === 1 ? '1 item' : `${count.toLocaleString('en')} items`;
}
