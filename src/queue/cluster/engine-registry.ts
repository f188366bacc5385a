import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Knex } from 'knex';
import type { Database } from '../../platform/database/connection.ts';
import type { Presentation } from '../brokers/broker.ts';

/** The states of an engine, as Django-Q has them; `lost` is one that others found silent. */
export type EngineState = 'starting' | 'idle' | 'working' | 'stopping' | 'stopped' | 'lost';

/** How long an engine may be silent before others take its tasks. */
export const LEASE_SECONDS = 15;

/** Others have found this engine silent for too long, and have taken its tasks. */
export class EngineLostError extends Error {
  override readonly name = 'EngineLostError';

  constructor() {
    super('Other engines took this one for dead, and have its tasks');
  }
}

/** A presentation of a task, and the engine that holds it. */
export interface Lease extends Presentation {
  readonly engineId: string;
}

/** This engine's row in the table of engines, and the leases of the tasks that it holds. */
export class EngineRegistry {
  readonly #database: Database;
  readonly #queueName: string;
  readonly #workerCount: number;
  #engineId: string = randomUUID();

  constructor(database: Database, queueName: string, workerCount: number) {
    this.#database = database;
    this.#queueName = queueName;
    this.#workerCount = workerCount;
  }

  /** Changes with each {@link register}. */
  get engineId(): string {
    return this.#engineId;
  }

  /** Enters the engine under a new id, and forgets those that ended more than a day ago. */
  async register(state: EngineState): Promise<void> {
    const engineId = randomUUID();
    await this.#database('engines').insert({
      id: engineId,
      queue: this.#queueName,
      host: hostname(),
      pid: process.pid,
      state,
      worker_count: this.#workerCount,
    });
    this.#engineId = engineId;
    await this.#database('engines')
      .whereIn('state', ['stopped', 'lost'])
      .whereRaw(`heartbeat < now() - interval '1 day'`)
      .delete();
  }

  /** Says that the engine lives. @throws {EngineLostError} */
  async beat(state: EngineState, reincarnations: number): Promise<void> {
    const found = await this.#database('engines')
      .where({ id: this.#engineId })
      .whereNot({ state: 'lost' })
      .update({ state, reincarnations, heartbeat: this.#database.raw('clock_timestamp()') });
    if (found === 0) throw new EngineLostError();
  }

  /**
   * Says that the engine has ended. One that still holds a task, as its result could not be stored, is left to be
   * found silent, so that others give the task back.
   */
  async leave(reincarnations: number): Promise<void> {
    await this.#database('engines')
      .where({ id: this.#engineId })
      .whereNot({ state: 'lost' })
      .whereNotExists(this.#database('leases').where({ engine_id: this.#engineId }))
      .update({ state: 'stopped', reincarnations, heartbeat: this.#database.raw('clock_timestamp()') });
  }

  /**
   * Takes tasks on, in the transaction that dequeues them; answers under which id.
   *
   * @throws {EngineLostError}
   */
  async takeLeases(presentations: readonly Presentation[], transaction: Knex.Transaction): Promise<string> {
    const engineId = this.#engineId;
    // Held until the commit, so that nobody can declare this engine lost between the check and the leases.
    const own = await transaction('engines')
      .where({ id: engineId })
      .whereNot({ state: 'lost' })
      .forShare()
      .first('id');
    if (!own) throw new EngineLostError();
    await transaction('leases').insert(
      presentations.map(({ id, attempt }) => ({ task_id: id, engine_id: engineId, attempt })),
    );
    return engineId;
  }

  /** Lets tasks go; answers those of the leases that were still held. */
  async endLeases(leases: readonly Lease[], transaction: Knex.Transaction): Promise<readonly Lease[]> {
    const { rows } = await transaction.raw<{ rows: Lease[] }>(
      `DELETE FROM leases
       USING json_to_recordset(?::json) AS ended (id uuid, "engineId" uuid, attempt integer)
       WHERE task_id = ended.id AND engine_id = ended."engineId" AND leases.attempt = ended.attempt
       RETURNING task_id AS id, engine_id AS "engineId", leases.attempt`,
      [JSON.stringify(leases)],
    );
    return rows;
  }

  /** Lets go the tasks that stand under this engine's name, but for those that it knows of; answers them. */
  async endLeasesBut(
    knownTaskIds: readonly string[],
    transaction: Knex.Transaction,
  ): Promise<readonly Lease[]> {
    const { rows } = await transaction.raw<{ rows: Lease[] }>(
      `DELETE FROM leases WHERE engine_id = ? AND task_id <> ALL (?::uuid[])
       RETURNING task_id AS id, engine_id AS "engineId", attempt`,
      [this.#engineId, [...knownTaskIds]],
    );
    return rows;
  }
}
