import { LRUCache } from 'lru-cache';
import type { DescribedTask, TaskDescription } from '../../app-kit/admin/task-description.ts';
import type { LoadedApp } from '../../app-kit/loaded-apps.ts';
import type { Database } from '../../platform/database/connection.ts';
import { within } from '../../platform/deadline.ts';
import { findQueuedTasks } from '../../queue/index.ts';
import { withoutSecrets } from '../stored-json.ts';

/** How long a page waits for the descriptions of an app. */
const LIMIT_MILLISECONDS = 1_000;

/** Descriptions that are kept, and for how long: lists are read again every few seconds. */
const KEPT_DESCRIPTIONS = 2_000;
const KEPT_MILLISECONDS = 60_000;

/** The id and the function of a task. */
export interface NamedTask {
  readonly id: string;
  readonly func: string;
}

/** Asks the apps what their tasks are about. */
export class TaskDescriber {
  readonly #database: Database;
  readonly #apps: ReadonlyMap<string, LoadedApp>;
  readonly #known = new LRUCache<string, TaskDescription>({ max: KEPT_DESCRIPTIONS, ttl: KEPT_MILLISECONDS });

  constructor(database: Database, apps: readonly LoadedApp[]) {
    this.#database = database;
    this.#apps = new Map(
      apps.flatMap((loaded) =>
        loaded.admin?.describeTasks
          ? (loaded.app.tasks ?? []).map(({ name }) => [name, loaded] as const)
          : [],
      ),
    );
  }

  /** Adds to each task its description, or null. An app that fails, or is slow, has none. */
  async describe<Task extends NamedTask>(
    tasks: readonly Task[],
  ): Promise<(Task & { readonly description: TaskDescription | null })[]> {
    const unknown = tasks.filter(({ id, func }) => this.#apps.has(func) && !this.#known.has(id));
    if (unknown.length > 0) await this.#learn(unknown);
    return tasks.map((task) => ({ ...task, description: this.#known.get(task.id) ?? null }));
  }

  async #learn(tasks: readonly NamedTask[]): Promise<void> {
    const args = await this.#readArguments(tasks.map(({ id }) => id));
    const byApp = Map.groupBy(
      tasks.map(({ id, func }): DescribedTask => ({ id, func, args: args.get(id) ?? {} })),
      ({ func }) => this.#apps.get(func),
    );
    await Promise.all([...byApp].map(([loaded, own]) => loaded && this.#ask(loaded, own)));
  }

  async #ask({ app, admin, context }: LoadedApp, tasks: readonly DescribedTask[]): Promise<void> {
    try {
      const found = await within(LIMIT_MILLISECONDS, Promise.resolve(admin?.describeTasks?.(context, tasks)));
      for (const [id, description] of found ?? []) this.#known.set(id, description);
    } catch (error) {
      context.platform.logger.warn({ err: error, app: app.name }, 'an app cannot describe its tasks');
    }
  }

  async #readArguments(
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> {
    const [finished, queued] = await Promise.all([
      this.#database('queue.tasks').whereIn('id', ids).select<{ id: string; args: unknown }[]>('id', 'args'),
      findQueuedTasks(this.#database, ids),
    ]);
    return new Map(
      [...finished, ...queued].map(({ id, args }) => [id, Object(withoutSecrets(args ?? null))]),
    );
  }
}
