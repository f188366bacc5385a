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
    this.#engineId = randomUUID();
    await this.#database('engines').insert({
      id: this.#engineId,
      queue: this.#queueName,
      host: hostname(),
      pid: process.pid,
      state,
      worker_count: this.#workerCount,
    });
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

  /** Takes tasks on, in the transaction that dequeues them. @throws {EngineLostError} */
  async takeLeases(presentations: readonly Presentation[], transaction: Knex.Transaction): Promise<void> {
    // Held until the commit, so that nobody can declare this engine lost between the check and the leases.
    const own = await transaction('engines')
      .where({ id: this.#engineId })
      .whereNot({ state: 'lost' })
      .forShare()
      .first('id');
    if (!own) throw new EngineLostError();
    await transaction('leases').insert(
      presentations.map(({ id, attempt }) => ({ task_id: id, engine_id: this.#engineId, attempt })),
    );
  }

  /** Lets tasks go; answers the ids of those that this engine still held. */
  async endLeases(
    engineId: string,
    presentations: readonly Presentation[],
    transaction: Knex.Transaction,
  ): Promise<ReadonlySet<string>> {
    const ended = await transaction('leases')
      .whereIn(
        'task_id',
        presentations.map(({ id }) => id),
      )
      .where({ engine_id: engineId })
      .delete()
      .returning<{ task_id: string }[]>('task_id');
    return new Set(ended.map(({ task_id }) => task_id));
  }
}
