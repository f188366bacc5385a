import type { Platform } from '../../platform/platform.ts';
import type { Broker } from '../brokers/broker.ts';
import { createBroker } from '../brokers/index.ts';
import type { AnyTaskFunction, TaskOutcome } from '../task-function.ts';
import { PackageSigner } from '../task-package.ts';
import { EngineRegistry, type EngineState, LEASE_SECONDS } from './engine-registry.ts';
import { Heart } from './heart.ts';
import { releaseTasksOfLostEngines } from './lifeline.ts';
import { type EndedAttempt, Monitor } from './monitor.ts';
import { Pusher, type TakenTask } from './pusher.ts';
import { delayAfterLossSeconds, isUsedUp } from './retry.ts';
import { type Assignment, type WorkerEnd, WorkerProcess } from './worker-process.ts';

/** What a {@link Sentinel} guards, and how. */
export interface SentinelOptions {
  readonly platform: Platform;
  readonly queueName: string;
  readonly taskFunctions: readonly AnyTaskFunction[];
  /** The entry point of a worker process; it calls `runWorker`. */
  readonly workerModule: URL;
  readonly workerCount: number;
  /** How long a task may run. */
  readonly timeoutSeconds: number;
  /** How long after it was presented a failed task is presented again. */
  readonly retrySeconds: number;
  /** Presentations of one task; 0 for ever. */
  readonly maximumAttempts: number;
  /** Tasks after which a worker process is replaced, which gives its memory back. */
  readonly recycleTasks: number;
}

/** A worker that dies before it could do anything is replaced later and later, so that nothing spins. */
const LONGEST_RESPAWN_DELAY_SECONDS = 10;

/**
 * One engine: guards its worker processes, takes tasks for them from the queue, and stores how they ended. It
 * alone talks to the queue's tables.
 *
 *     starting ──► idle ◄──► working ──stop──► stopping ──► stopped
 */
export class Sentinel {
  readonly #options: SentinelOptions;
  readonly #registry: EngineRegistry;
  readonly #broker: Broker;
  readonly #monitor: Monitor;
  readonly #pusher: Pusher;
  readonly #heart: Heart;
  readonly #workers = new Set<WorkerProcess>();
  readonly #spawnTimers = new Set<NodeJS.Timeout>();
  #state: EngineState = 'starting';
  #reincarnations = 0;
  #earlyDeaths = 0;
  #isGivingBack = false;
  #startingOver: Promise<void> | undefined;
  #allGone = Promise.withResolvers<void>();

  constructor(options: SentinelOptions) {
    this.#options = options;
    const { platform, queueName, taskFunctions } = options;
    const { database, logger } = platform;
    const registry = new EngineRegistry(database, queueName, options.workerCount);
    const broker = createBroker(platform, queueName);
    this.#registry = registry;
    this.#broker = broker;
    this.#monitor = new Monitor({
      platform,
      broker,
      registry,
      queueName,
      taskFunctions: new Map(taskFunctions.map((taskFunction) => [taskFunction.name, taskFunction])),
    });
    this.#pusher = new Pusher({
      database,
      broker,
      registry,
      signer: new PackageSigner(platform.settings.secretKey),
      logger,
      // What is taken out of touch with Postgres would have nobody who watches how long it may run.
      capacity: () => (this.#heart.isInTouch ? this.#idleWorkers().length : 0),
      onTask: (taken) => this.#assign(taken),
      knownTaskIds: () => [...this.#runningTaskIds(), ...this.#monitor.waitingTaskIds],
      onLost: () => this.#startOver(),
    });
    this.#heart = new Heart({
      logger,
      beat: () => registry.beat(this.#currentState(), this.#reincarnations),
      onSteady: () => releaseTasksOfLostEngines(database, broker, queueName, logger),
      onSilence: () => this.#killBusyWorkers('the engine could not reach Postgres for too long'),
      onLost: () => this.#startOver(),
    });
  }

  /** Enters the engine, starts its workers, and begins to take tasks. */
  async start(): Promise<void> {
    await this.#registry.register('starting');
    this.#state = 'idle';
    this.#heart.start();
    for (let count = 0; count < this.#options.workerCount; count += 1) this.#spawn();
    await this.#pusher.start();
    this.#options.platform.logger.info(
      {
        engineId: this.#registry.engineId,
        queue: this.#options.queueName,
        workers: this.#options.workerCount,
      },
      'engine started',
    );
  }

  /**
   * Takes no more tasks, lets those that run end, stores every result, and stops; also where {@link start} failed.
   * Where Postgres stays away, it waits for it no longer than others would wait for this engine.
   */
  async stop(): Promise<void> {
    const { logger } = this.#options.platform;
    this.#state = 'stopping';
    logger.info({ running: this.#busyWorkers().length }, 'engine stopping');
    for (const timer of this.#spawnTimers) clearTimeout(timer);
    await this.#pusher.stop();
    for (const worker of this.#workers) worker.stop();
    this.#settleIfAllGone();
    await this.#allGone.promise;
    const tasks = await this.#monitor.finish(LEASE_SECONDS);
    if (tasks.length > 0) {
      logger.error(
        { tasks },
        'results could not be stored before the engine had to stop; their tasks run again',
      );
    }
    await this.#heart.stop();
    await this.#registry
      .leave(this.#reincarnations)
      .catch((error: unknown) => logger.warn({ err: error }, 'the engine could not say that it stops'));
    await this.#broker.close();
    logger.info('engine stopped');
  }

  /** Ends the running tasks now, and gives them back to the queue; for who cannot wait for {@link stop}. */
  giveBack(): void {
    this.#isGivingBack = true;
    this.#killBusyWorkers('the engine was told to stop at once');
  }

  #currentState(): EngineState {
    if (this.#state !== 'idle') return this.#state;
    return this.#busyWorkers().length > 0 ? 'working' : 'idle';
  }

  /** Those that have worked most come first: what they need for a task is loaded and optimized. */
  #idleWorkers(): WorkerProcess[] {
    return [...this.#workers]
      .filter((worker) => worker.isIdle)
      .toSorted((left, right) => right.finishedTasks - left.finishedTasks);
  }

  #busyWorkers(): WorkerProcess[] {
    return [...this.#workers].filter((worker) => worker.assignment);
  }

  #runningTaskIds(): string[] {
    return [...this.#workers].flatMap(({ assignment }) => (assignment ? [assignment.task.id] : []));
  }

  #spawn(): void {
    const worker = new WorkerProcess(this.#options.workerModule, {
      onIdle: (idle) => this.#welcome(idle),
      onFinished: (_worker, assignment, outcome) => this.#conclude(assignment, outcome),
      onGone: (gone, end, assignment) => this.#replace(gone, end, assignment),
    });
    this.#workers.add(worker);
  }

  #welcome(worker: WorkerProcess): void {
    this.#earlyDeaths = 0;
    if (this.#state === 'stopping' || worker.finishedTasks >= this.#options.recycleTasks) worker.stop();
    else this.#pusher.nudge();
  }

  #assign(taken: TakenTask): void {
    const { maximumAttempts, timeoutSeconds } = this.#options;
    const assignment = { ...taken, timeoutSeconds, takenMilliseconds: performance.now() };
    if (maximumAttempts > 0 && taken.attempt > maximumAttempts) {
      // The engine that made the last attempt died with it, so nobody has said yet that it was the last.
      this.#giveUp(assignment);
      return;
    }
    const mayRun = this.#heart.isInTouch && !this.#isGivingBack;
    const worker = mayRun ? this.#idleWorkers()[0] : undefined;
    if (worker) worker.assign(assignment);
    else this.#end(assignment, { nextAttemptSeconds: 0 });
  }

  #giveUp(assignment: Assignment): void {
    const attemptCount = assignment.attempt - 1;
    const error = `Given up after ${attemptCount} attempts: the engine that made the last one died`;
    this.#end(assignment, {
      attemptCount,
      outcome: { success: false, result: { error } },
      nextAttemptSeconds: undefined,
      loss: { error },
    });
  }

  #conclude(assignment: Assignment, outcome: TaskOutcome): void {
    this.#end(assignment, {
      outcome,
      nextAttemptSeconds: outcome.success ? undefined : this.#nextAttemptSeconds(assignment),
    });
  }

  #replace(worker: WorkerProcess, end: WorkerEnd, assignment: Assignment | undefined): void {
    this.#workers.delete(worker);
    const { logger } = this.#options.platform;
    if (assignment) {
      logger.error(
        { taskId: assignment.task.id, workerPid: worker.pid, ...end },
        'a worker ended during a task',
      );
      this.#lose(assignment, end);
    } else if (end.cause === 'died' || end.cause === 'killed') {
      this.#earlyDeaths += 1;
      logger.error({ workerPid: worker.pid, ...end }, 'a worker ended');
    }
    if (this.#state === 'stopping') {
      this.#settleIfAllGone();
      return;
    }
    this.#reincarnations += 1;
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

  #lose(assignment: Assignment, end: WorkerEnd): void {
    const usedUp = isUsedUp(assignment.attempt, this.#options.maximumAttempts);
    if (end.cause === 'killed' && !usedUp) {
      this.#end(assignment, { nextAttemptSeconds: 0, loss: { error: end.reason } });
      return;
    }
    const error = end.cause === 'timeout' ? end.reason : `The worker process died (${end.reason})`;
    const nextAttemptSeconds =
      end.cause === 'timeout'
        ? this.#nextAttemptSeconds(assignment)
        : delayAfterLossSeconds(assignment.attempt);
    this.#end(assignment, {
      outcome: { success: false, result: { error } },
      nextAttemptSeconds: usedUp ? undefined : nextAttemptSeconds,
      loss: { error },
    });
  }

  /** Counted from when it was presented, as Django-Q does. */
  #nextAttemptSeconds({ attempt, takenMilliseconds }: Assignment): number | undefined {
    if (isUsedUp(attempt, this.#options.maximumAttempts)) return undefined;
    const presentedSeconds = (performance.now() - takenMilliseconds) / 1_000;
    return Math.max(0, this.#options.retrySeconds - presentedSeconds);
  }

  #end(
    { engineId, task, attempt }: Assignment,
    ending: Omit<EndedAttempt, 'engineId' | 'task' | 'attempt'>,
  ): void {
    this.#monitor.store({ engineId, task, attempt, ...ending });
  }

  #killBusyWorkers(reason: string): void {
    for (const worker of this.#busyWorkers()) worker.kill({ cause: 'killed', reason });
  }

  /** The heart and the pusher may both find that the engine was declared lost: it starts over once. */
  #startOver(): Promise<void> {
    this.#startingOver ??= this.#goOnAsNewEngine().finally(() => {
      this.#startingOver = undefined;
    });
    return this.#startingOver;
  }

  /** Others have this engine's tasks: it drops what it runs. */
  async #goOnAsNewEngine(): Promise<void> {
    this.#options.platform.logger.error(
      'others took this engine for dead; its tasks end here, and it starts over',
    );
    this.#killBusyWorkers('others took this engine for dead');
    try {
      await this.#registry.register(this.#currentState());
    } catch (error) {
      // The next beat finds again that the engine is lost.
      this.#options.platform.logger.error({ err: error }, 'the engine could not start over');
    }
  }

  #settleIfAllGone(): void {
    if (this.#workers.size === 0) this.#allGone.resolve();
  }
}
