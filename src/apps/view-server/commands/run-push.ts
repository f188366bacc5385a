import { CommandError } from '../../../app-kit/app-command.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { runningTasks } from '../../../queue/index.ts';
import { UnknownCollectionError } from '../collections/collection.ts';
import { openCollections } from '../collections/collections.ts';
import { EndedItems } from '../stages/ended-items.ts';
import { faultOfItemPath } from '../stages/item-path.ts';
import { openStages } from '../stages/open-stages.ts';
import { pushItems } from '../stages/push-items.ts';
import type { Stage } from '../stages/stage.ts';
import type { StoredAttempt } from '../stages/stored-items.ts';

/** What an operator wants pushed. */
export interface PushOrder {
  readonly stage: Stage;
  readonly path: string;
  readonly collection: string | undefined;
  readonly isUrgent: boolean;
  /** Whether the command ends when the item has ended. */
  readonly waits: boolean;
}

/** How often the progress of an item in work is looked at. */
const PROGRESS_MILLISECONDS = 1_000;

/**
 * Pushes an item, and waits for its end if that is asked for.
 *
 * @throws {CommandError} it cannot be pushed, or it has failed.
 */
export async function runPush(context: AppContext, order: PushOrder): Promise<void> {
  const { stage, path } = order;
  const fault = faultOfItemPath(path);
  if (fault !== undefined) throw new CommandError(`The path cannot be pushed: ${fault}.`);
  const itemId = await push(context, order);
  write(`Pushed ${stage} ${path} as item ${itemId}.`);
  if (!order.waits) return;
  const progress = new ShownProgress(context);
  const ended = await new EndedItems(context.platform)
    .wait(itemId, new AbortController().signal, ({ newest }) => progress.look(newest))
    .finally(() => progress.stop());
  if (ended?.newest.state === 'succeeded') return write(`${stage} ${path} succeeded.`);
  throw new CommandError(`${stage} ${path}: ${ended?.newest.reason ?? ended?.newest.state ?? 'it is gone'}`);
}

/** Writes what the newest attempt at an item does, when that changes. */
class ShownProgress {
  readonly #context: AppContext;
  readonly #timer = setInterval(() => void this.#show(), PROGRESS_MILLISECONDS);
  #attempt: StoredAttempt | undefined;
  #shown = '';

  constructor(context: AppContext) {
    this.#context = context;
  }

  look(attempt: StoredAttempt): void {
    this.#attempt = attempt;
    this.#write(`Attempt ${attempt.number}: ${attempt.state}`);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #show(): Promise<void> {
    const { number, taskId } = this.#attempt ?? {};
    if (!taskId) return;
    const page = { ids: [taskId], limit: 1 };
    // The next look may succeed.
    const running = await runningTasks(this.#context.platform.database, page).catch(() => []);
    const { done, total, note } = running[0]?.progress ?? {};
    if (done === undefined) return;
    const share = total === undefined ? String(done) : `${done} of ${total}`;
    this.#write(`Attempt ${number}: ${share}${note === undefined ? '' : ` ${note}`}`);
  }

  #write(line: string): void {
    if (line !== this.#shown) write(line);
    this.#shown = line;
  }
}

async function push(context: AppContext, { stage, path, collection, isUrgent }: PushOrder): Promise<number> {
  const id = await collectionOf(context, path, collection);
  return context.platform.database.transaction(async (transaction) => {
    await pushItems(transaction, openStages(context), { stage, collection: id, isUrgent, items: [{ path }] });
    const row = await transaction<{ id: string; stage: string; path: string }>('view_server.items')
      .where({ stage, path })
      .first('id');
    return Number(row?.id);
  });
}

async function collectionOf(
  { platform }: AppContext,
  path: string,
  given: string | undefined,
): Promise<string> {
  const collections = await openCollections(platform);
  try {
    return (given === undefined ? collections.ofPath(path) : collections.get(given)).id;
  } catch (error) {
    if (error instanceof UnknownCollectionError) throw new CommandError(`${error.message}.`);
    throw error;
  }
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
