import { NEXT_SCHEMA } from '../databases/ingestion-databases.ts';
import { RefreshRefusedError, type RunStep, type StepContext } from '../refreshes/step.ts';
import { indexNameOf } from '../search-engines/index-names.ts';
import { carryOutIntent, noticesOfIntent } from './carry-out-intent.ts';
import { findIntent, type PromotionIntent, recordIntent } from './promotion-intents.ts';
import { findWaitingCopy } from './waiting-copy.ts';

/** The step `promote`: the copy goes live, and the alias points to its index. */
export const runPromote: RunStep = async (context) => {
  const intent = (await findIntent(context.database, context.refresh.id)) ?? (await intend(context));
  const message = await carryOutIntent(context, intent, NEXT_SCHEMA);
  return { progress: { rowsDone: 1, rowsTotal: 1 }, message, notices: noticesOfIntent(intent) };
};

/** What can be seen to fail is refused before anything is changed. */
async function intend(context: StepContext): Promise<PromotionIntent> {
  const { refresh, searchEngine, database } = context;
  await findWaitingCopy(context);
  const { alias } = refresh;
  if (alias === null) throw new RefreshRefusedError('There is no alias', { isBadRequest: true });
  const indexName = indexNameOf(refresh.model, refresh.indexSuffix);
  if ((await searchEngine.describe(indexName)).kind !== 'index') {
    throw new RefreshRefusedError(`There is no index ${indexName}`, { isBadRequest: true });
  }
  const described = await searchEngine.describe(alias);
  if (described.kind === 'index') {
    throw new RefreshRefusedError(`${alias} is an index, and cannot be an alias`, { isBadRequest: true });
  }
  return recordIntent(database, {
    refreshId: refresh.id,
    model: refresh.model,
    kind: 'promotion',
    alias,
    previousIndex: described.kind === 'alias' ? described.indexName : null,
    indexName,
  });
}
