import { setTimeout as sleep } from 'node:timers/promises';
import type { estypes } from '@elastic/elasticsearch';
import { IndexNotFoundError, SearchEngineUnavailableError } from './search-engine-errors.ts';
import { reasonOf } from './wire-failures.ts';

/** What one request holds at most. */
const MOST_ACTIONS = 1_000;
const MOST_CHARACTERS = 5_000_000;

/** How long to wait before actions are sent again that an engine had no room for. */
const WAITS_MILLISECONDS = [500, 1_000, 2_000, 4_000, 8_000];

const NO_ROOM = 429;

const INDEX_NOT_FOUND = 'index_not_found_exception';

/** Something that is done with a document. A later action follows an earlier one. */
export type BulkAction = ActionTarget &
  ({ readonly kind: 'index'; readonly fields: object } | { readonly kind: 'delete' });

interface ActionTarget {
  readonly indexName: string;
  readonly id: string;
  /** The action fails where the document has a greater one. Default: actions are done as they arrive. */
  readonly version?: number;
  /** The action fails where the name is no alias. Default: false, and an index that is not there is created. */
  readonly requiresAlias?: boolean;
}

/** An action that the engine refused. */
export interface FailedAction {
  readonly id: string;
  /** Why, in the words of the engine. */
  readonly reason: string;
}

/** Sends the lines of one bulk. */
export type SendBulk = (lines: readonly object[]) => Promise<estypes.BulkResponse>;

/**
 * Sends actions in bulks, and returns those that were refused. A bulk whose response is 200 may have failed in every action:
 * each is looked at. Deleting what is not there is no failure.
 *
 * @throws {SearchEngineUnavailableError} if there is no room for long.
 * @throws {IndexNotFoundError} if an index is gone.
 */
export async function sendBulks(
  send: SendBulk,
  actions: readonly BulkAction[],
  signal: AbortSignal | undefined,
): Promise<readonly FailedAction[]> {
  const failed: FailedAction[] = [];
  for (const batch of batchesOf(actions)) failed.push(...(await sendBatch(send, batch, signal)));
  return failed;
}

async function sendBatch(
  send: SendBulk,
  batch: readonly BulkAction[],
  signal: AbortSignal | undefined,
): Promise<readonly FailedAction[]> {
  const failed: FailedAction[] = [];
  let remaining = batch;
  for (const wait of [...WAITS_MILLISECONDS, undefined]) {
    const { items } = await send(remaining.flatMap(linesOf));
    const refused: BulkAction[] = [];
    for (const [index, action] of remaining.entries()) {
      const item = items[index]?.[action.kind];
      if (item?.error?.type === INDEX_NOT_FOUND) throw new IndexNotFoundError(action.indexName);
      if (item?.status === NO_ROOM) refused.push(action);
      else if (item?.error || !item)
        failed.push({ id: action.id, reason: reasonOf(item?.error) || 'no response' });
    }
    if (refused.length === 0) return failed;
    if (wait === undefined) break;
    remaining = refused;
    await sleep(wait, undefined, signal ? { signal } : {});
  }
  const indexName = remaining[0]?.indexName ?? '';
  throw new SearchEngineUnavailableError(`The search engine has no room for documents of ${indexName}`);
}

function linesOf(action: BulkAction): readonly object[] {
  const { kind, indexName, id, version, requiresAlias = false } = action;
  const line = {
    [kind]: {
      _index: indexName,
      _id: id,
      ...(version === undefined ? {} : { version, version_type: 'external_gte' }),
      ...(requiresAlias ? { require_alias: true } : {}),
    },
  };
  return action.kind === 'index' ? [line, action.fields] : [line];
}

function* batchesOf(actions: readonly BulkAction[]): Generator<readonly BulkAction[]> {
  let batch: BulkAction[] = [];
  let characters = 0;
  for (const action of actions) {
    batch.push(action);
    characters += action.kind === 'index' ? JSON.stringify(action.fields).length : 0;
    if (batch.length >= MOST_ACTIONS || characters >= MOST_CHARACTERS) {
      yield batch;
      batch = [];
      characters = 0;
    }
  }
  if (batch.length > 0) yield batch;
}
