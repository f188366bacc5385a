import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Knex } from 'knex';
import type { Database } from '../../platform/database/connection.ts';
import { prepared } from '../../platform/database/prepared.ts';
import { type EngineMemory, type EngineState, LEASE_SECONDS } from '../leases/engine-state.ts';
import type { Lease } from '../leases/lease.ts';
import type { EngineSettings } from '../settings.ts';
import type { TaskProgress } from '../tasks/task-function.ts';

/** How an engine is. */
export interface EngineVitals {
  readonly state: EngineState;
  readonly reincarnations: number;
  /** Tasks taken that are in no worker yet. */
  readonly waitingTasks: number;
  /** Results that are not stored yet. */
  readonly waitingResults: number;
  readonly processes: readonly EngineMemory[];
  /** Packages and messages that it left in the queue, as it could not verify them. */
  readonly unverified: number;
  /** Whether its key is probably wrong, so that it takes nothing more. */
  readonly distrustsKey: boolean;
}

/** What is known of a running task. */
export interface RunningTaskReport {
  readonly taskId: string;
  /** How long it has been running. */
  readonly seconds: number;
  readonly workerPid: number | null;
  readonly progress: TaskProgress | null;
}

/** Others have found this engine silent for too long, and have taken its tasks. */
export class EngineLostError extends Error {
  override readonly name = 'EngineLostError';

  constructor() {
    super('Other engines took this one for dead, and have its tasks');
  }
}

/** This engine's row in the table of engines, and the leases of the tasks that it holds. */
export class EngineRegistry {
  readonly #database: Database;
  readonly #engineSettings: EngineSettings;
  #engineId: string = randomUUID();

  constructor(database: Database, engineSettings: EngineSettings) {
    this.#database = database;
    this.#engineSettings = engineSettings;
  }

  /** Changes with each {@link register}. */
  get engineId(): string {
    return this.#engineId;
  }

  /** Enters the engine under a new id, and forgets those that ended more than a day ago. */
  async register(state: EngineState): Promise<void> {
    const engineId = randomUUID();
    await this.#database('queue.engines').insert({
      id: engineId,
      queue: this.#engineSettings.queueName,
      host: hostname(),
      pid: process.pid,
      state,
      worker_count: this.#engineSettings.workerCount,
      settings: JSON.stringify(this.#engineSettings),
    });
    this.#engineId = engineId;
    await this.#database('queue.engines')
      .whereIn('state', ['stopped', 'lost'])
      .whereRaw(`heartbeat < now() - interval '1 day'`)
      .whereNotExists(this.#database('queue.leases').whereRaw('engine_id = engines.id'))
      .delete();
  }

  /** Says that the engine lives, and how it is. @throws {EngineLostError} */
  async beat({
    state,
    reincarnations,
    waitingTasks,
    waitingResults,
    processes,
    unverified,
    distrustsKey,
  }: EngineVitals): Promise<void> {
    const found = await this.#database('queue.engines')
      .where({ id: this.#engineId })
      .whereNot({ state: 'lost' })
      .update({
        state,
        reincarnations,
        waiting_tasks: waitingTasks,
        waiting_results: waitingResults,
        processes: JSON.stringify(processes),
        unverified,
        distrusts_key: distrustsKey,
        heartbeat: this.#database.raw('clock_timestamp()'),
      });
    if (found === 0) throw new EngineLostError();
  }

  /** How the other engines that live on this queue were started, where that differs from this one. */
  async differingSettings(): Promise<readonly { readonly engineId: string; readonly settings: unknown }[]> {
    const { workerCount: _workerCount, ...shared } = this.#engineSettings;
    const { rows } = await this.#database.raw<{ rows: { engineId: string; settings: unknown }[] }>(
      `SELECT id AS "engineId", settings FROM queue.engines
       WHERE queue = ? AND id <> ? AND heartbeat > clock_timestamp() - ? * interval '1 second'
         AND state NOT IN ('stopped', 'lost') AND settings - 'workerCount' <> ?::jsonb
       ORDER BY started LIMIT 10`,
      [this.#engineSettings.queueName, this.#engineId, LEASE_SECONDS, JSON.stringify(shared)],
    );
    return rows;
  }

  /** Returns whether the queue is paused. */
  async isQueuePaused(): Promise<boolean> {
    const paused = await this.#database('queue.queues')
      .where({ name: this.#engineSettings.queueName })
      .whereNotNull('paused_since')
      .first('name');
    return paused !== undefined;
  }

  /**
   * Says that the engine has ended. One that still holds a task, as its result could not be stored, is left to be
   * found silent, so that others give the task back.
   */
  async leave(reincarnations: number): Promise<void> {
    await this.#database('queue.engines')
      .where({ id: this.#engineId })
      .whereNot({ state: 'lost' })
      .whereNotExists(this.#database('queue.leases').where({ engine_id: this.#engineId }))
      .update({ state: 'stopped', reincarnations, heartbeat: this.#database.raw('clock_timestamp()') });
  }

  /** Whether others took this engine for dead. */
  async isLost(): Promise<boolean> {
    const own = await this.#database('queue.engines')
      .where({ id: this.#engineId })
      .whereNot({ state: 'lost' })
      .first('id');
    return own === undefined;
  }

  /** Returns the tasks of this engine that are to be cancelled. */
  async cancelRequests(): Promise<readonly { readonly taskId: string; readonly cancelledBy: string }[]> {
    return this.#database('queue.leases')
      .where({ engine_id: this.#engineId })
      .whereNotNull('cancelled_by')
      .select({ taskId: 'task_id', cancelledBy: 'cancelled_by' });
  }

  /** Stores what is known of running tasks. */
  async reportRunning(reports: readonly RunningTaskReport[]): Promise<void> {
    await this.#database.raw(
      `UPDATE queue.leases SET started = clock_timestamp() - report.seconds * interval '1 second',
         worker_pid = report."workerPid", progress = report.progress
       FROM json_to_recordset(?::json) AS report ("taskId" uuid, seconds double precision, "workerPid" integer,
         progress jsonb)
       WHERE task_id = report."taskId" AND engine_id = ?`,
      [JSON.stringify(reports), this.#engineId],
    );
  }

  /** Counts attempts that ended, in the transaction that stores them. */
  async count(successes: number, failures: number, transaction: Knex.Transaction): Promise<void> {
    if (successes + failures === 0) return;
    await prepared(
      transaction,
      `INSERT INTO queue.task_counts (queue, minute, engine_id, successes, failures)
       VALUES (?, date_trunc('minute', clock_timestamp()), ?, ?, ?)
       ON CONFLICT (queue, minute, engine_id) DO UPDATE
       SET successes = task_counts.successes + excluded.successes, failures = task_counts.failures + excluded.failures`,
      [this.#engineSettings.queueName, this.#engineId, successes, failures],
    );
  }

  /** Returns the leases that have this engine's id, except those of the tasks that it knows. */
  async unknownLeases(knownTaskIds: readonly string[]): Promise<readonly Lease[]> {
    return this.#database('queue.leases')
      .where({ engine_id: this.#engineId })
      .whereRaw('task_id <> ALL (?::uuid[])', [[...knownTaskIds]])
      .select<Lease[]>('task_id AS id', 'engine_id AS engineId', 'attempt');
  }
}
