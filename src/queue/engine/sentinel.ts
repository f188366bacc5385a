import type { Database } from '../../platform/database/connection.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Broker } from '../brokers/broker.ts';
import { createBroker } from '../brokers/index.ts';
import { enqueueTasks } from '../enqueueing/enqueueing.ts';
import type { ErrorReporting } from '../error-reporters/index.ts';
import { type EngineState, LEASE_SECONDS } from '../leases/engine-state.ts';
import { FailedTaskSigner } from '../results/failed-task-signer.ts';
import { ScheduleSigner } from '../schedules/schedule-signer.ts';
import type { EngineSettings } from '../settings.ts';
import { OnLostCaller } from '../tasks/on-lost.ts';
import { signals } from '../tasks/signals.ts';
import type { AnyTaskFunction } from '../tasks/task-function.ts';
import { PackageSigner } from '../tasks/task-package.ts';
import { AttemptEnds } from './attempt-ends.ts';
import type { TakenTask } from './attempts.ts';
import { Backlog } from './backlog.ts';
import { CancelRequests } from './cancel-requests.ts';
import { ControlListener } from './control-listener.ts';
import { Crew } from './crew.ts';
import { DurationCounter } from './duration-counter.ts';
import { EngineRegistry } from './engine-registry.ts';
import { publishEnd } from './events.ts';
import { Heartbeat } from './heartbeat.ts';
import { Housekeeper } from './housekeeper.ts';
import { releaseTasksOfLostEngines } from './lost-engines.ts';
import { reportMemory } from './memory-report.ts';
import type { Monitor } from './monitor.ts';
import { openMonitor, openResultsDatabase } from './open-monitor.ts';
import { Pace } from './pace.ts';
import { Pusher } from './pusher.ts';
import { Rounds } from './rounds.ts';
import { RunningReport } from './running-report.ts';
import { Scheduler } from './scheduler.ts';
import { Verdicts } from './verdict.ts';

/** What a {@link Sentinel} guards, and how. */
export interface SentinelOptions {
  readonly platform: Platform;
  /** How it serves its queue. */
  readonly engineSettings: EngineSettings;
  readonly taskFunctions: readonly AnyTaskFunction[];
  /** The entry point of a worker process; it calls `runWorker`. */
  readonly workerModule: URL;
  readonly errorReporting: ErrorReporting;
}

/**
 * One engine: guards its worker processes, takes tasks for them from the queue, and stores how they ended. It
 * alone talks to the queue's tables.
 *
 *     starting ──► idle ◄──► working ──stop──► stopping ──► stopped
 *
 *     broker ──► pusher ──► backlog ──► crew of workers ──► attempt ends ──► monitor ──► tables, broker
 */
export class Sentinel {
  readonly #options: SentinelOptions;
  readonly #registry: EngineRegistry;
  readonly #broker: Broker;
  readonly #resultsDatabase: Database;
  readonly #monitor: Monitor;
  readonly #pusher: Pusher;
  readonly #heartbeat: Heartbeat;
  readonly #scheduler: Scheduler;
  readonly #housekeeper: Housekeeper;
  readonly #crew: Crew;
  readonly #backlog: Backlog;
  readonly #pace = new Pace();
  readonly #durations: DurationCounter;
  readonly #verdicts: Verdicts;
  readonly #cancelRequests: CancelRequests;
  readonly #attemptEnds: AttemptEnds;
  readonly #rounds: Rounds;
  readonly #control: ControlListener;
  #state: EngineState = 'starting';
  #isGivingBack = false;
  #startingOver: Promise<void> | undefined;

  constructor(options: SentinelOptions) {
    this.#options = options;
    const { platform, engineSettings } = options;
    const { database, logger } = platform;
    const { queueName } = engineSettings;
    const taskFunctions = new Map(
      options.taskFunctions.map((taskFunction) => [taskFunction.name, taskFunction]),
    );
    this.#durations = new DurationCounter({ database, logger, queueName, taskFunctions });
    const registry = new EngineRegistry(database, engineSettings);
    const broker = createBroker(platform, queueName, {
      mostOfFairnessKey: engineSettings.mostOfFairnessKey || undefined,
    });
    const signer = new PackageSigner(platform.settings.secretKey, platform.settings.secretKeyFallbacks);
    const failedTaskSigner = new FailedTaskSigner(platform);
    this.#registry = registry;
    this.#broker = broker;
    this.#verdicts = new Verdicts(engineSettings, taskFunctions);
    const onLostCaller = new OnLostCaller(platform, taskFunctions);
    this.#resultsDatabase = openResultsDatabase(platform);
    this.#monitor = openMonitor({
      platform,
      engineSettings,
      database: this.#resultsDatabase,
      broker,
      registry,
      signer,
      onLostCaller,
      onStored: (attempt) => {
        publishEnd(attempt, queueName, options.errorReporting, logger);
        this.#durations.note(attempt);
      },
      onRoom: () => this.#pusher.nudge(),
    });
    const running = new RunningReport();
    this.#attemptEnds = new AttemptEnds({
      pace: this.#pace,
      running,
      verdicts: this.#verdicts,
      monitor: this.#monitor,
      settleCancellation: (taskId) => this.#cancelRequests.settle(taskId),
      onFinished: () => this.#goOn(),
    });
    this.#crew = new Crew({
      workerModule: options.workerModule,
      workerCount: engineSettings.workerCount,
      recycleTasks: engineSettings.recycleTasks,
      logger,
      millisecondsLeft: () => this.#heartbeat.millisecondsLeft,
      onSpawn: ({ pid }) => void signals.postSpawn.send({ logger }, `worker ${pid}`),
      onIdle: () => this.#goOn(),
      assignmentEvents: this.#attemptEnds,
    });
    this.#backlog = new Backlog(this.#crew, this.#pace);
    this.#cancelRequests = new CancelRequests({
      registry,
      backlog: this.#backlog,
      crew: this.#crew,
      verdicts: this.#verdicts,
      monitor: this.#monitor,
      logger,
    });
    this.#rounds = new Rounds({
      backlog: this.#backlog,
      crew: this.#crew,
      attemptEnds: this.#attemptEnds,
      running,
      registry,
      memoryLimitBytes: engineSettings.memoryLimitBytes,
      logger,
    });
    this.#pusher = new Pusher({
      database,
      broker,
      queueName,
      onLostCaller,
      registry,
      signer,
      failedTaskSigner,
      logger,
      capacity: () => this.#capacity(),
      bulk: engineSettings.bulk,
      pollSeconds: engineSettings.pollSeconds,
      onTasks: (taken) => this.#take(taken),
      knownTaskIds: () => [
        ...this.#backlog.taskIds,
        ...this.#crew.assignments.map(({ task }) => task.id),
        ...this.#monitor.waitingTaskIds,
      ],
      onLost: () => this.#startOver(),
      // What it would enqueue, others could not verify.
      onDistrust: () => void this.#scheduler.stop(),
    });
    this.#heartbeat = new Heartbeat({
      logger,
      beat: () => this.#beat(),
      onHeard: (milliseconds) => this.#crew.extend(milliseconds),
      onSteady: () =>
        releaseTasksOfLostEngines(
          database,
          { broker, queueName, onLostCaller, signer, failedTaskSigner },
          this.#verdicts,
          logger,
        ),
      onSilence: () => this.#dropTasks('the engine could not reach Postgres for too long'),
      onLost: () => this.#startOver(),
    });
    this.#scheduler = new Scheduler({
      database,
      queueName,
      enqueue: (tasks, transaction) =>
        enqueueTasks({ broker, queueName, signer, logger }, tasks, transaction),
      signer: new ScheduleSigner(platform),
      catchUp: engineSettings.catchesUp,
      logger,
    });
    this.#housekeeper = new Housekeeper({ database, logger, durations: this.#durations, ...engineSettings });
    this.#control = new ControlListener({
      platform,
      registry,
      cancelRequests: this.#cancelRequests,
      onWord: () => this.#pusher.nudge(),
      onPause: () => this.#pause(),
    });
  }

  /** Enters the engine, starts its workers, and begins to take tasks. */
  async start(): Promise<void> {
    const { platform, engineSettings } = this.#options;
    await this.#registry.register('starting');
    this.#state = 'idle';
    this.#heartbeat.start();
    this.#crew.start();
    this.#control.start();
    this.#rounds.start();
    await this.#pusher.start();
    this.#housekeeper.start();
    if (engineSettings.runsSchedules) this.#scheduler.start();
    for (const other of await this.#registry.differingSettings()) {
      platform.logger.warn(
        { queue: engineSettings.queueName, own: engineSettings, ...other },
        'another engine serves this queue with other settings: what becomes of a task depends on who takes it',
      );
    }
    platform.logger.info(
      {
        engineId: this.#registry.engineId,
        queue: engineSettings.queueName,
        workers: engineSettings.workerCount,
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
    logger.info({ running: this.#crew.runningTasks.length }, 'engine stopping');
    await Promise.all([this.#scheduler.stop(), this.#housekeeper.stop(), this.#pusher.stop()]);
    this.#attemptEnds.leaveUnstarted(this.#backlog.clear());
    await this.#crew.stop();
    const tasks = await this.#monitor.finish(LEASE_SECONDS);
    if (tasks.length > 0) {
      logger.error(
        { tasks },
        'results could not be stored before the engine had to stop; their tasks run again',
      );
    }
    await this.#durations.store();
    await Promise.all([this.#rounds.stop(), this.#heartbeat.stop(), this.#control.stop()]);
    await this.#registry
      .leave(this.#crew.reincarnations)
      .catch((error: unknown) => logger.warn({ err: error }, 'the engine could not say that it stops'));
    await Promise.all([this.#broker.close(), this.#resultsDatabase.destroy()]);
    logger.info('engine stopped');
  }

  /** Ends the running tasks now, and gives them back to the queue; if {@link stop} would take too long. */
  giveBack(): void {
    this.#isGivingBack = true;
    this.#dropTasks('the engine was told to stop at once');
  }

  /** How many more tasks the engine has use for. */
  #capacity(): number {
    // Without Postgres, the engine would not notice when others take over its tasks.
    if (!this.#heartbeat.isInTouch || this.#isGivingBack) return 0;
    const { queueLimit } = this.#options.engineSettings;
    // Where results cannot be stored as fast as they come, more of them would only fill the memory.
    if (this.#monitor.size > 2 * queueLimit) return 0;
    return this.#backlog.room(queueLimit);
  }

  #take(taken: readonly TakenTask[]): void {
    const mayRun = this.#heartbeat.isInTouch && !this.#isGivingBack && !this.#pusher.isPaused;
    for (const each of taken) {
      const assignment = { ...each, timeoutSeconds: this.#verdicts.timeoutSeconds(each.task, each.attempt) };
      if (this.#verdicts.exceedsAttempts(assignment))
        this.#monitor.store({ ...this.#verdicts.ofGivenUp(assignment), history: { assignment } });
      else if (mayRun) this.#backlog.add(assignment);
      else this.#attemptEnds.leaveUnstarted([assignment]);
    }
    this.#backlog.dispatch();
  }

  #goOn(): void {
    this.#backlog.dispatch();
    this.#pusher.nudge();
  }

  /** Tasks run no longer here, and go back to the queue. */
  #dropTasks(reason: string): void {
    this.#attemptEnds.leaveUnstarted(this.#backlog.clear());
    this.#crew.killBusy(reason);
  }

  async #beat(): Promise<void> {
    await this.#registry.beat({
      state: this.#currentState(),
      reincarnations: this.#crew.reincarnations,
      waitingTasks: this.#backlog.size,
      waitingResults: this.#monitor.size,
      processes: await reportMemory(this.#crew, this.#options.engineSettings),
      unverified: this.#pusher.unverifiedCount + this.#broker.foreignCount,
      distrustsKey: this.#pusher.distrustsKey,
    });
    // A request whose notification was missed is found here.
    await this.#cancelRequests.handle();
  }

  #currentState(): EngineState {
    if (this.#state !== 'idle') return this.#state;
    return this.#crew.assignments.length > 0 ? 'working' : 'idle';
  }

  /** What was taken ahead of a pause waits like the rest of the queue. */
  #pause(): void {
    this.#pusher.pause();
    this.#attemptEnds.leaveUnstarted(this.#backlog.clear());
    this.#crew.recall();
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
    const { logger } = this.#options.platform;
    logger.error('others took this engine for dead; its tasks end here, and it starts over');
    this.#dropTasks('others took this engine for dead');
    try {
      await this.#registry.register(this.#currentState());
    } catch (error) {
      // The next beat finds again that the engine is lost.
      logger.error({ err: error }, 'the engine could not start over');
    }
  }
}
