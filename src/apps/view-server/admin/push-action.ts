import { type AdminAction, AdminActionError } from '../../../app-kit/admin/action.ts';
import { asText } from '../../../app-kit/admin/list-query.ts';
import { keyOfRow } from '../../../app-kit/admin/row-keys.ts';
import type { Platform } from '../../../platform/platform.ts';
import { UnknownCollectionError } from '../collections/collection.ts';
import { openCollections } from '../collections/collections.ts';
import { faultOfItemPath } from '../stages/item-path.ts';
import { openStages } from '../stages/open-stages.ts';
import { type Push, type PushedItem, pushItems } from '../stages/push-items.ts';
import { STAGES } from '../stages/stage-names.ts';
import { inWords } from './item-actions.ts';
import { itemIdsOfPath } from './item-rows.ts';
import { ITEMS } from './resources.ts';

/** Paths of one form. */
const MOST_PATHS = 1_000;

/** Pushes paths to a stage, as a Redis client does. */
export const pushAction: AdminAction = {
  name: 'push',
  resource: ITEMS,
  async run(context, { input }) {
    const { platform } = context;
    const push = await readPush(platform, input);
    const areNew = await platform.database.transaction((transaction) =>
      pushItems(transaction, openStages(context), push),
    );
    const count = areNew.filter(Boolean).length;
    const waiting = areNew.length - count;
    const others = waiting > 0 ? ` ${inWords(waiting)} waited already.` : '';
    const [only, ...more] = push.items;
    const [id] = only && more.length === 0 ? await idsOf(platform, push, only) : [];
    return {
      message: `Pushed ${inWords(count)} to ${push.stage}.${others}`,
      count,
      ...(id === undefined ? {} : { created: keyOfRow(id) }),
    };
  },
};

/** @throws {AdminActionError} with what is wrong with the form. */
async function readPush(platform: Platform, input: Readonly<Record<string, unknown>>): Promise<Push> {
  const stage = STAGES.find((each) => each === input['stage']);
  if (!stage) throw new AdminActionError(`Choose a stage: ${STAGES.join(', ')}.`);
  const paths = String(input['paths'] ?? '')
    .split('\n')
    .map((path) => path.trim())
    .filter((path) => path !== '');
  if (paths.length === 0) throw new AdminActionError('Write at least one path.');
  if (paths.length > MOST_PATHS) {
    throw new AdminActionError(
      `At most ${MOST_PATHS.toLocaleString('en')} paths can be pushed at a time; these are ${paths.length.toLocaleString('en')}.`,
    );
  }
  for (const path of paths) {
    const fault = faultOfItemPath(path);
    if (fault !== undefined) throw new AdminActionError(`${JSON.stringify(path.slice(0, 100))}: ${fault}.`);
  }
  const collections = await openCollections(platform);
  const chosen = asText(input['collection']);
  try {
    const collection = chosen === undefined ? undefined : collections.get(chosen).id;
    return {
      stage,
      collection: collections.default.id,
      isUrgent: input['isUrgent'] === true,
      items: paths.map((path) => ({ path, collection: collection ?? collections.ofPath(path).id })),
    };
  } catch (error) {
    if (error instanceof UnknownCollectionError) throw new AdminActionError(`${error.message}.`);
    throw error;
  }
}

async function idsOf(platform: Platform, { stage }: Push, { path }: PushedItem): Promise<readonly string[]> {
  return itemIdsOfPath(platform.database, path, [stage]);
}
