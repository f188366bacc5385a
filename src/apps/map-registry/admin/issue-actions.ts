import type { Knex } from 'knex';
import { type AdminAction, AdminActionError } from '../../../app-kit/admin/action.ts';
import { asText } from '../../../app-kit/admin/list-query.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { isUuid } from '../../../platform/uuid.ts';
import { noteToIndex } from '../indexing/note-to-index.ts';
import { registryTasksOf } from '../tasks.ts';
import { countInWords } from './count-in-words.ts';
import { ISSUES } from './resources.ts';

const LONGEST_KIND = 100;
const LONGEST_DESCRIPTION = 10_000;

interface IssueTarget {
  readonly service_id: string | null;
  readonly layer_id: string | null;
}

/** What operators do with issues. Layers with an open one are not in the index. */
export const issueActions: readonly AdminAction[] = [
  { name: 'report', resource: ISSUES, run: (context, { ids, input }) => report(context, ids, input) },
  { name: 'resolve', resource: ISSUES, run: (context, { ids }) => setResolved(context, ids, true) },
  { name: 'reopen', resource: ISSUES, run: (context, { ids }) => setResolved(context, ids, false) },
];

/** A form that is sent twice makes one issue: its id is that of the form. */
async function report(
  context: AppContext,
  [id]: readonly string[],
  input: Readonly<Record<string, unknown>>,
) {
  const kind = asText(input['kind'])?.slice(0, LONGEST_KIND);
  if (kind === undefined) throw new AdminActionError('Say in some words what kind of fault it is.');
  const description = (asText(input['description']) ?? '').slice(0, LONGEST_DESCRIPTION);
  await context.platform.database.transaction(async (transaction) => {
    const target = await findTarget(transaction, input);
    await transaction('map_registry.issues')
      .insert({ id, ...target, kind, description })
      .onConflict('id')
      .ignore();
    await indexAnew(context, transaction, [target]);
  });
  return { message: 'The issue is reported.', count: 1, ...(id === undefined ? {} : { created: id }) };
}

async function findTarget(
  transaction: Knex.Transaction,
  input: Readonly<Record<string, unknown>>,
): Promise<IssueTarget> {
  const [service, layer] = [asText(input['service']) ?? '', asText(input['layer']) ?? ''];
  const find = (table: 'services' | 'layers', uuid: string): Promise<{ id: string } | undefined> =>
    isUuid(uuid)
      ? transaction(`map_registry.${table}`).where({ uuid }).first('id')
      : Promise.resolve(undefined);
  const [ofService, ofLayer] = [await find('services', service), await find('layers', layer)];
  if (!ofService === !ofLayer) throw new AdminActionError('Report it of one service, or of one layer.');
  return { service_id: ofService?.id ?? null, layer_id: ofLayer?.id ?? null };
}

async function setResolved(context: AppContext, ids: readonly string[], isResolved: boolean) {
  const count = await context.platform.database.transaction(async (transaction) => {
    const query = transaction('map_registry.issues').whereIn('id', ids);
    const changed: IssueTarget[] = await (isResolved
      ? query.whereNull('resolved')
      : query.whereNotNull('resolved')
    )
      .update({ resolved: isResolved ? transaction.raw('clock_timestamp()') : null })
      .returning(['service_id', 'layer_id']);
    await indexAnew(context, transaction, changed);
    return changed.length;
  });
  return { message: `${isResolved ? 'Resolved' : 'Reopened'} ${countInWords(count, 'issue')}.`, count };
}

/** The index decides anew whether the layers belong into it. */
async function indexAnew(
  { platform, queue }: AppContext,
  transaction: Knex.Transaction,
  targets: readonly IssueTarget[],
): Promise<void> {
  const layers: { layerId: string; catalogId: string }[] = await transaction('map_registry.layers')
    .whereIn(
      'id',
      targets.flatMap(({ layer_id }) => layer_id ?? []),
    )
    .orWhereIn(
      'service_id',
      targets.flatMap(({ service_id }) => service_id ?? []),
    )
    .select('id AS layerId', 'catalog_id AS catalogId');
  await noteToIndex(transaction, layers, 'index');
  if (layers.length > 0) await registryTasksOf(platform, queue).indexCachedLayers(transaction);
}
