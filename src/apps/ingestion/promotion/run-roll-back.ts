import { PREVIOUS_SCHEMA } from '../databases/ingestion-databases.ts';
import { RefreshRefusedError, type RunStep, type StepContext } from '../refreshes/step.ts';
import { carryOutIntent, noticesOfIntent } from './carry-out-intent.ts';
import { replacementsOf } from './model-tables.ts';
import { findIntent, findLastDone, type PromotionIntent, recordIntent } from './promotion-intents.ts';
import { completeCandidates } from './run-build-constraints.ts';
import { createSwapLedger, hasSwapped } from './swap-ledger.ts';
import { quotedName, quotedTable, readTableDefinition, tableExists } from './table-definition.ts';

/** The step `roll_back`: the tables before the last promotion go live again, and the alias points to the index before. */
export const runRollBack: RunStep = async (context) => {
  const { database, databases, refresh } = context;
  const intent = (await findIntent(database, refresh.id)) ?? (await intend(context));
  await createSwapLedger(databases.api.pool);
  // Once the tables are swapped, what is in the schema is what was live.
  const isSwapped = await hasSwapped(databases.api.pool, refresh.id);
  if (!isSwapped) {
    await addColumns(context);
    await completeCandidates(context, PREVIOUS_SCHEMA);
  }
  const message = await carryOutIntent(context, intent, PREVIOUS_SCHEMA);
  return { progress: { rowsDone: 1, rowsTotal: 1 }, message, notices: noticesOfIntent(intent) };
};

/** A promotion may have added columns to the live table, which views and rights may name by now. */
async function addColumns({ model, databases: { api } }: StepContext): Promise<void> {
  for (const { name: table, columns } of model.tables) {
    const { columns: ofLive } = await api.pool.transaction((transaction) =>
      readTableDefinition(transaction, { schema: api.schema, table }),
    );
    for (const [name, { addedAs }] of Object.entries(columns)) {
      if (addedAs === undefined || !ofLive.some((column) => column.name === name)) continue;
      const previous = quotedTable({ schema: PREVIOUS_SCHEMA, table });
      await api.pool.raw(`ALTER TABLE ${previous} ADD COLUMN IF NOT EXISTS ${quotedName(name)} ${addedAs}`);
    }
  }
}

async function intend({
  refresh,
  database,
  databases,
  model,
  searchEngine,
}: StepContext): Promise<PromotionIntent> {
  const last = await findLastDone(database, refresh.model);
  const refused = (why: string) => new RefreshRefusedError(why, { isBadRequest: true });
  if (!last) throw refused(`No promotion of ${refresh.model} can be taken back`);
  for (const { candidate } of replacementsOf(model, databases, PREVIOUS_SCHEMA)) {
    if (!(await tableExists(databases.api.pool, candidate))) {
      throw refused(`The table ${candidate.table} from before the last promotion is not kept any more`);
    }
  }
  if (last.previousIndex !== null && (await searchEngine.describe(last.previousIndex)).kind !== 'index') {
    throw refused(`The index ${last.previousIndex} from before the last promotion is not kept any more`);
  }
  return recordIntent(database, {
    refreshId: refresh.id,
    model: refresh.model,
    kind: 'roll-back',
    alias: last.alias,
    previousIndex: last.indexName,
    indexName: last.previousIndex,
  });
}
