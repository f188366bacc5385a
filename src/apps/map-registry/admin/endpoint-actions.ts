import { type AdminAction, AdminActionError } from '../../../app-kit/admin/action.ts';
import { asText } from '../../../app-kit/admin/list-query.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { addEndpointList, updateEndpointAgain } from '../endpoints/add-endpoints.ts';
import { EndpointListError } from '../endpoints/endpoint-lines.ts';
import { deleteEndpoint, findEndpoint, type StoredEndpoint } from '../endpoints/stored-endpoints.ts';
import { registryTasksOf } from '../tasks.ts';
import { catalogNamed } from './catalog-named.ts';
import { countInWords } from './count-in-words.ts';
import { ENDPOINTS } from './resources.ts';

/** Characters of a list's name. */
const LONGEST_NAME = 200;

/** What operators do with endpoints. */
export const endpointActions: readonly AdminAction[] = [
  {
    name: 'add',
    resource: ENDPOINTS,
    run: (context, { input }) => addList(context, input),
  },
  {
    name: 'detect',
    resource: ENDPOINTS,
    async run(context, { ids }) {
      const { platform, queue } = context;
      const tasks = registryTasksOf(platform, queue);
      const count = await forEndpoints(context, ids, async (transaction, endpoint) => {
        await updateEndpointAgain(transaction, tasks, endpoint);
        return true;
      });
      return { message: `${countInWords(count, 'endpoint')} will be looked at.`, count };
    },
  },
  {
    name: 'delete',
    resource: ENDPOINTS,
    async run(context, { ids }) {
      const count = await forEndpoints(context, ids, (transaction, { id }) =>
        deleteEndpoint(transaction, id),
      );
      return { message: `Deleted ${countInWords(count, 'endpoint')}. Their services stay.`, count };
    },
  },
];

type Transaction = Parameters<typeof addEndpointList>[0];

async function addList(
  { platform, queue }: AppContext,
  input: Readonly<Record<string, unknown>>,
): Promise<{ readonly message: string; readonly count: number }> {
  const text = asText(input['urls']);
  if (text === undefined) throw new AdminActionError('Write at least one address.');
  const catalog = await catalogNamed(platform.database, input['catalog']);
  try {
    const { createdCount, existingCount, refused, refusedCount } = await platform.database.transaction(
      (transaction) =>
        addEndpointList(transaction, registryTasksOf(platform, queue), {
          catalogId: catalog.id,
          name: (asText(input['name']) ?? 'A list from the admin').slice(0, LONGEST_NAME),
          isGreedy: input['isGreedy'] === true,
          text,
        }),
    );
    const [first] = refused;
    const known =
      existingCount > 0
        ? ` ${existingCount.toLocaleString('en')} ${existingCount === 1 ? 'was' : 'were'} there already.`
        : '';
    const refusals = first
      ? ` ${countInWords(refusedCount, 'line')} cannot be used; line ${first.line}: ${first.reason}`
      : '';
    return {
      message: `Added ${countInWords(createdCount, 'endpoint')}.${known}${refusals}`,
      count: createdCount,
    };
  } catch (error) {
    if (error instanceof EndpointListError) throw new AdminActionError(error.message, { cause: error });
    throw error;
  }
}

/** Does something to endpoints in one transaction. Returns to how many. */
async function forEndpoints(
  { platform: { database } }: AppContext,
  uuids: readonly string[],
  act: (transaction: Transaction, endpoint: StoredEndpoint) => Promise<boolean>,
): Promise<number> {
  return database.transaction(async (transaction) => {
    let count = 0;
    // In order, so that two who act on the same endpoints do not wait for each other for ever.
    for (const uuid of uuids.toSorted()) {
      const endpoint = await findEndpoint(transaction, uuid);
      if (endpoint && (await act(transaction, endpoint))) count += 1;
    }
    return count;
  });
}
