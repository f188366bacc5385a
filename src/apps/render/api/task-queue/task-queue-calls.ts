import type { Request, Response } from 'express';
import type { AppContext } from '../../../../app-kit/app-context.ts';
import type { Database } from '../../../../platform/database/connection.ts';
import { GroupedTasks } from '../../pull-queues/grouped-tasks.ts';
import { changeLease, oldestTag } from '../../pull-queues/leases.ts';
import { isPossibleName, type QueueName, sameProject } from '../../pull-queues/names.ts';
import { findQueueId, type QueueStatistics, readStatistics } from '../../pull-queues/queues.ts';
import { findTask, listTasks } from '../../pull-queues/tasks.ts';
import { insertPullTask } from '../../rendering/insert-pull-task.ts';
import { type RenderSettings, renderSettings } from '../../settings.ts';
import { readLease, readNewLease } from './lease-parameters.ts';
import { LongPoll } from './long-poll.ts';
import { presentQueue, presentTask, presentTasks } from './presentation.ts';
import { booleanParameter } from './query.ts';
import { readFields, readNewTask } from './task-body.ts';
import { TaskQueueError, UnknownTaskError } from './task-queue-error.ts';

/** The parts of the address of a queue. */
export type QueuePath = { project: string; queue: string };

/** The parts of the address of a task. */
export type TaskPath = QueuePath & { task: string };

/** Tasks that a list has at most. */
const LISTED_TASKS = 100;

const INVALID_TASK = 'Task name is invalid.';

const NO_STATISTICS: QueueStatistics = {
  totalTasks: 0,
  oldestMicroseconds: 0,
  leasedLastMinute: 0,
  leasedLastHour: 0,
};

/** The calls of the Task Queue REST API. Each throws a {@link TaskQueueError} for what it refuses. */
export class TaskQueueCalls {
  readonly #context: AppContext;
  readonly #database: Database;
  readonly #settings: RenderSettings['pullQueues'];
  readonly #isStrict: boolean;
  readonly #tasks: GroupedTasks;
  readonly #longPoll: LongPoll;

  constructor(context: AppContext) {
    const { platform } = context;
    this.#context = context;
    this.#database = platform.database;
    this.#settings = platform.settingsOf(renderSettings).pullQueues;
    this.#isStrict = this.#settings.compatibility === 'strict';
    this.#tasks = new GroupedTasks(this.#database);
    this.#longPoll = new LongPoll(this.#database, this.#tasks);
  }

  /** Returns a queue; every queue exists. */
  async getQueue(request: Request<QueuePath>, response: Response): Promise<void> {
    const name = queueOf(request);
    const statistics = booleanParameter(request, 'getStats') ? await this.#statisticsOf(name) : undefined;
    response.json(presentQueue(name, statistics, this.#isStrict));
  }

  /** Returns the oldest tasks, leased ones included. */
  async list(request: Request<QueuePath>, response: Response): Promise<void> {
    const name = queueOf(request);
    const queueId = await findQueueId(this.#database, name);
    const page = { limit: LISTED_TASKS, withPayload: !this.#isStrict };
    const tasks = queueId === undefined ? [] : await listTasks(this.#database, queueId, page);
    response.json(presentTasks(tasks, name.queue, this.#isStrict));
  }

  /** Stores the task in the body. */
  async insert(request: Request<QueuePath>, response: Response): Promise<void> {
    const name = queueOf(request);
    const { queueName, ...task } = readNewTask(request.body, this.#settings.maximumTaskBytes);
    if (this.#isStrict && queueName !== name.queue) {
      throw new TaskQueueError(400, 'queueName must be the queue of the address.');
    }
    if (!isPossibleName(name.project) || !isPossibleName(name.queue)) {
      throw new TaskQueueError(400, 'Queue name is invalid.');
    }
    const stored = await insertPullTask(this.#context, name, task, this.#tasks);
    if (!stored) throw new TaskQueueError(this.#isStrict ? 409 : 400, INVALID_TASK);
    response.json(presentTask(stored, name.queue, this.#isStrict));
  }

  /** Leases the oldest tasks that can be leased, and waits for the first one if the client wants that. */
  async lease(request: Request<QueuePath>, response: Response): Promise<void> {
    const name = queueOf(request);
    const { count, leaseSeconds, groupsByTag, tag, waitSeconds } = readLease(request, this.#settings);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const leased = await this.#longPoll.lease({
      queue: name,
      waitSeconds,
      gone: gone.signal,
      request: async (queueId) => {
        if (!groupsByTag) return { count, leaseSeconds };
        const only = tag ?? (await oldestTag(this.#database, queueId, this.#isStrict));
        return only === undefined ? undefined : { count, leaseSeconds, tag: only };
      },
    });
    if (!gone.signal.aborted) response.json(presentTasks(leased, name.queue, this.#isStrict));
  }

  /** Returns one task. */
  async getTask(request: Request<TaskPath>, response: Response): Promise<void> {
    const name = queueOf(request);
    const queueId = await findQueueId(this.#database, name);
    const task = queueId && (await findTask(this.#database, queueId, request.params.task));
    if (!task) throw new UnknownTaskError('Task name does not exist.', this.#isStrict);
    response.json(presentTask(task, name.queue, this.#isStrict));
  }

  /** Changes the lease of a task; the id in the body has to be that of the address. */
  update(request: Request<TaskPath>, response: Response): Promise<void> {
    return this.#changeLease(request, response, () => {
      if (readFields(request.body)['id'] === request.params.task) return;
      throw new TaskQueueError(400, 'Task IDs must match.');
    });
  }

  /** Changes the lease of a task. */
  patch(request: Request<TaskPath>, response: Response): Promise<void> {
    return this.#changeLease(request, response, () => undefined);
  }

  /** Removes a task; one that does not exist is no error. */
  async delete(request: Request<TaskPath>, response: Response): Promise<void> {
    const queueId = await findQueueId(this.#database, queueOf(request));
    if (queueId !== undefined) await this.#tasks.delete({ queueId, id: request.params.task });
    response.status(204).end();
  }

  /** Checks in the order of the original: parameter, task, lease, queue, and last what `checkId` checks. */
  async #changeLease(request: Request<TaskPath>, response: Response, checkId: () => void): Promise<void> {
    const name = queueOf(request);
    const leaseSeconds = readNewLease(request, this.#settings);
    const { queueName } = readFields(request.body);
    const queueId = await findQueueId(this.#database, name);
    if (queueId === undefined) throw new UnknownTaskError(INVALID_TASK, this.#isStrict);
    const lease = { queueId, id: request.params.task, leaseSeconds };
    const changed = await changeLease(this.#database, lease, () => {
      if (queueName !== name.queue) throw new TaskQueueError(400, 'Cannot change task in a different queue.');
      checkId();
    });
    if (changed === 'unknown') throw new UnknownTaskError(INVALID_TASK, this.#isStrict);
    if (changed === 'expired') throw new TaskQueueError(400, 'The task lease has expired.');
    response.json(presentTask(changed, name.queue, this.#isStrict));
  }

  async #statisticsOf(name: QueueName): Promise<QueueStatistics> {
    const queueId = await findQueueId(this.#database, name);
    return queueId === undefined ? NO_STATISTICS : readStatistics(this.#database, queueId);
  }
}

function queueOf({ params }: Pick<Request<QueuePath>, 'params'>): QueueName {
  return { project: sameProject(params.project), queue: params.queue };
}
