import { type BaseProperty, BaseRecord, BaseResource, type Filter } from 'adminjs';
import type { QueuedTask, TaskQueue } from '../queue/index.ts';
import { QUEUED_TASKS, queuedTasks } from './queue-resources.ts';
import { readableJson } from './stored-json.ts';
import { propertyOf } from './table-resource.ts';
import { isUuid } from './uuid.ts';

/** The tasks that wait or run, behind AdminJS, read through the queue, so that it holds for every broker. */
export class QueuedTasksResource extends BaseResource {
  readonly #queue: TaskQueue;

  constructor(queue: TaskQueue) {
    super(queue);
    this.#queue = queue;
  }

  override databaseName(): string {
    return 'composite-handler';
  }

  override databaseType(): string {
    return 'queue';
  }

  override id(): string {
    return QUEUED_TASKS;
  }

  override properties(): BaseProperty[] {
    return queuedTasks.columns.map((column, position) => propertyOf(column, position, false));
  }

  override property(path: string): BaseProperty | null {
    return this.properties().find((property) => property.path() === path) ?? null;
  }

  override async count(): Promise<number> {
    const [waiting, running] = await Promise.all([this.#queue.queueSize(), this.#queue.lockSize()]);
    return waiting + running;
  }

  override async find(
    _filter: Filter,
    { limit = 25, offset = 0 }: { readonly limit?: number; readonly offset?: number },
  ): Promise<BaseRecord[]> {
    const tasks = await this.#queue.queuedTasks({ limit, offset });
    return tasks.map((task) => this.#record(task));
  }

  override async findOne(id: string): Promise<BaseRecord | null> {
    const [record] = await this.findMany([id]);
    return record ?? null;
  }

  override async findMany(ids: (string | number)[]): Promise<BaseRecord[]> {
    const tasks = await this.#queue.queuedTasks({
      limit: ids.length,
      offset: 0,
      ids: ids.map(String).filter(isUuid),
    });
    return tasks.map((task) => this.#record(task));
  }

  #record(task: QueuedTask): BaseRecord {
    return new BaseRecord({ ...task, args: readableJson(task.args) }, this);
  }
}
