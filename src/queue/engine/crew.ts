import type { Logger } from '../../platform/logging.ts';
import type { Assignment, AssignmentEvents, LeftTasks, WorkerEnd } from './attempts.ts';
import { WorkerProcess } from './worker-process.ts';

/** What a {@link Crew} needs. */
export interface CrewOptions {
  /** The entry point of a worker process; it calls `runWorker`. */
  readonly workerModule: URL;
  readonly workerCount: number;
  /** Tasks after which a worker process is replaced; 0 for never, `undefined` for {@link RECYCLE_TASKS}. */
  readonly recycleTasks: number | undefined;
  readonly logger: Logger;
  /** For how long from now the tasks of the workers are this engine's. */
  readonly millisecondsLeft: () => number;
  /** A process was started. */
  readonly onSpawn: (worker: WorkerProcess) => void;
  /** A worker can take a task. */
  readonly onIdle: () => void;
  /** What becomes of the tasks in the workers. */
  readonly assignmentEvents: AssignmentEvents;
}

/** A task that runs now. */
export interface RunningTask {
  readonly assignment: Assignment;
  readonly workerPid: number | undefined;
  /** By `performance.now()`. */
  readonly since: number;
}

/** Django-Q's default. Here a worker lives for a while in any case, as quick tasks would have it replaced all the time. */
const RECYCLE_TASKS = 500;
const SHORTEST_LIFE_MILLISECONDS = 60_000;

/** A worker whose task runs for longer gives back those that wait behind it: others may be free. */
const PATIENCE_MILLISECONDS = 1_000;

/** A worker that dies before it could do anything is replaced later and later, so that nothing spins. */
const LONGEST_RESPAWN_DELAY_SECONDS = 10;

/** The worker processes of an engine: always as many as there should be, and healthy. */
export class Crew {
  readonly #options: CrewOptions;
  readonly #workers = new Set<WorkerProcess>();
  readonly #spawnTimers = new Set<NodeJS.Timeout>();
  readonly #outgrown = new Set<number>();
  readonly #allGone = Promise.withResolvers<void>();
  #isStopping = false;
  #earlyDeaths = 0;
  #reincarnations = 0;

  constructor(options: CrewOptions) {
    this.#options = options;
  }

  /** Starts all workers. */
  start(): void {
    for (let count = 0; count < this.#options.workerCount; count += 1) this.#spawn();
  }

  /** Lets what runs end, has the rest given back, and ends the workers; resolves when all are gone. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const timer of this.#spawnTimers) clearTimeout(timer);
    this.recall();
    for (const worker of this.#workers) worker.stop();
    this.#settleIfAllGone();
    await this.#allGone.promise;
  }

  /** Workers that had to be replaced. */
  get reincarnations(): number {
    return this.#reincarnations;
  }

  /** The workers that are there now. */
  get workers(): readonly WorkerProcess[] {
    return [...this.#workers];
  }

  /** Those that run nothing. Those that have worked most come first: what they need is loaded and optimized. */
  get idleWorkers(): readonly WorkerProcess[] {
    return this.workers
      .filter((worker) => worker.isIdle)
      .toSorted((left, right) => right.finishedTasks - left.finishedTasks);
  }

  /** Tasks in workers, those behind a running one included. */
  get assignments(): readonly Assignment[] {
    return this.workers.flatMap(({ assignments }) => assignments);
  }

  /** The tasks that run. */
  get runningTasks(): readonly RunningTask[] {
    const now = performance.now();
    return this.workers.flatMap(({ running, pid }) =>
      running
        ? [{ assignment: running.assignment, workerPid: pid, since: now - running.seconds * 1_000 }]
        : [],
    );
  }

  /**
   * How many more tasks a worker can be given, now or behind those that it has: only as many as it may do before it is
   * replaced, or it would never rest for that.
   */
  roomOf(worker: WorkerProcess): number {
    if (!worker.takesTasks || this.#isStopping) return 0;
    const { recycleTasks } = this.#options;
    if (worker.isIdle && recycleTasks === undefined) return Number.POSITIVE_INFINITY;
    if (this.#isOutgrown(worker) || this.#hasDoneEnough(worker)) return 0;
    if (!recycleTasks) return Number.POSITIVE_INFINITY;
    return Math.max(0, recycleTasks - worker.finishedTasks - worker.assignments.length);
  }

  /** Says for how long from now the tasks of the workers are this engine's. */
  extend(milliseconds: number): void {
    for (const worker of this.#workers) worker.extend(milliseconds);
  }

  /** Has tasks given back that no worker has begun. */
  recall(): void {
    for (const worker of this.#workers) worker.recall();
  }

  /** Likewise, but only by workers whose running task takes long. */
  recallBehindSlow(): void {
    const now = performance.now();
    for (const worker of this.#workers) {
      if (now - worker.busySince > PATIENCE_MILLISECONDS) worker.recall();
    }
  }

  /** Frees the tasks that workers do not begin in time: nothing has happened to them. Replaces workers that hang. */
  freeUnbegun(): void {
    for (const worker of this.#workers) {
      worker.withdraw();
      worker.killIfItDoesNotBegin();
    }
  }

  /** Ends the running tasks with their processes. */
  killBusy(reason: string): void {
    for (const worker of this.#workers) {
      if (worker.assignments.length > 0) worker.kill({ cause: 'killed', reason });
    }
  }

  /** Asks the function of a task to stop; its worker is killed where it does not. */
  abort(taskId: string, end: WorkerEnd): void {
    for (const worker of this.#workers) {
      if (worker.assignments.some(({ task }) => task.id === taskId)) worker.abort(taskId, end);
    }
  }

  /** Replaces a worker when its task is done, as it has grown too large. */
  retire(worker: WorkerProcess): void {
    if (worker.pid !== undefined) this.#outgrown.add(worker.pid);
    worker.stop();
  }

  #spawn(): void {
    const { workerModule, assignmentEvents, millisecondsLeft, onSpawn } = this.#options;
    try {
      const worker = new WorkerProcess({
        module: workerModule,
        events: {
          onIdle: (idle) => this.#welcome(idle),
          onGone: (gone, end, left) => this.#replace(gone, end, left),
        },
        assignmentEvents,
        mayRunMilliseconds: millisecondsLeft(),
      });
      this.#workers.add(worker);
      onSpawn(worker);
    } catch (error) {
      this.#earlyDeaths += 1;
      this.#options.logger.error({ err: error }, 'a worker could not be started, trying again');
      this.#spawnLater();
    }
  }

  #welcome(worker: WorkerProcess): void {
    this.#earlyDeaths = 0;
    if (this.#isStopping || this.#isOutgrown(worker) || this.#hasDoneEnough(worker)) worker.stop();
    else this.#options.onIdle();
  }

  #isOutgrown({ pid }: WorkerProcess): boolean {
    return pid !== undefined && this.#outgrown.has(pid);
  }

  #hasDoneEnough({ finishedTasks, bornMilliseconds }: WorkerProcess): boolean {
    const { recycleTasks } = this.#options;
    if (recycleTasks !== undefined) return recycleTasks > 0 && finishedTasks >= recycleTasks;
    return (
      finishedTasks >= RECYCLE_TASKS && performance.now() - bornMilliseconds > SHORTEST_LIFE_MILLISECONDS
    );
  }

  #replace(worker: WorkerProcess, end: WorkerEnd, left: LeftTasks): void {
    this.#workers.delete(worker);
    if (worker.pid !== undefined) this.#outgrown.delete(worker.pid);
    const { logger } = this.#options;
    const running = left.begun.at(-1);
    if (running) {
      logger.error(
        { taskId: running.task.id, workerPid: worker.pid, ...end },
        'a worker ended during a task',
      );
    } else if (end.cause === 'died' || end.cause === 'killed') {
      this.#earlyDeaths += 1;
      logger.error({ workerPid: worker.pid, ...end }, 'a worker ended');
    }
    if (this.#isStopping) {
      this.#settleIfAllGone();
      return;
    }
    this.#reincarnations += 1;
    this.#spawnLater();
  }

  #spawnLater(): void {
    const delaySeconds = Math.min(
      this.#earlyDeaths === 0 ? 0 : 2 ** (this.#earlyDeaths - 1),
      LONGEST_RESPAWN_DELAY_SECONDS,
    );
    const timer = setTimeout(() => {
      this.#spawnTimers.delete(timer);
      this.#spawn();
    }, delaySeconds * 1_000);
    this.#spawnTimers.add(timer);
  }

  #settleIfAllGone(): void {
    if (this.#workers.size === 0) this.#allGone.resolve();
  }
}
