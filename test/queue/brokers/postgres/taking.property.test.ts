import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pauseQueue, resumeQueue } from '../../../../src/queue/enqueueing/queue-control.ts';
import { LeaseRefusedError } from '../../../../src/queue/leases/leasing.ts';
import { eventually } from '../../../support/eventually.ts';
import { type SeededRandom, seededRandom } from '../../../support/seeded-random.ts';
import { release, remove, type Taken } from '../broker-conformance.ts';
import { BrokersSideBySide, type EngineOnBroker, type PackageOptions } from './brokers-side-by-side.ts';

const ROUNDS = 60;
const ENGINES = 3;

/** With fairness keys, packages wait for a slot first and then for their turn; without, they are taken directly. */
const KINDS = [
  { name: 'with fairness keys', fairnessKeys: ['a', 'b', 'c', 'd', undefined], mostOfFairnessKey: 3 },
  { name: 'without fairness keys', fairnessKeys: [undefined], mostOfFairnessKey: undefined },
] as const;
type Kind = (typeof KINDS)[number];

const LIMITS = [undefined, undefined, { key: 'one', count: 1 }, { key: 'three', count: 3 }];
const PRIORITIES = [-1, 0, 0, 1];
/** Some are due at once, some in the middle of the rounds. */
const DELAYS = [undefined, undefined, 0.02, 0.2];
const RELEASES = [{ delaySeconds: 0 }, { delaySeconds: 0, isUnstarted: true }, { delaySeconds: 0.05 }];

/** An engine that may have been declared lost, and what it holds. */
interface EngineInModel {
  readonly engine: EngineOnBroker;
  readonly held: Map<string, Taken>;
  isLost: boolean;
}

/** What should be in the queue, whatever engines and callers do at the same time. */
class TakingModel {
  readonly #brokers: BrokersSideBySide;
  readonly #random: SeededRandom;
  readonly #kind: Kind;
  readonly engines: EngineInModel[] = [];
  readonly enqueued: string[] = [];
  /** Those that ended: settled for good, or deleted by a caller. */
  readonly ended: string[] = [];
  /** What an engine was given while another one held it. */
  readonly doubled: string[] = [];

  constructor(brokers: BrokersSideBySide, random: SeededRandom, kind: Kind) {
    this.#brokers = brokers;
    this.#random = random;
    this.#kind = kind;
  }

  async openEngine(): Promise<void> {
    const engine = await this.#brokers.openEngine(this.#kind.mostOfFairnessKey);
    this.engines.push({ engine, held: new Map(), isLost: false });
  }

  /** Several things that happen side by side, while it is looked whether a limit is exceeded. */
  async round(): Promise<void> {
    const { database } = this.#brokers;
    const deeds = [
      () => this.#enqueue(),
      ...this.engines.map((each) => () => this.#take(each)),
      ...this.engines.map((each) => () => this.#endSome(each)),
      ...(this.#isOneIn(4) ? [() => this.#deleteSome()] : []),
      ...(this.#isOneIn(8) ? [() => pauseQueue(database, 'composite', 'Ada')] : []),
      ...(this.#isOneIn(3) ? [() => resumeQueue(database, 'composite')] : []),
      ...(this.#isOneIn(6) ? [() => this.#killOne()] : []),
    ];
    let isOver = false;
    const watch = async () => {
      do await this.checkStored();
      while (!isOver);
    };
    const watching = watch();
    await Promise.all(deeds.map((deed) => deed())).finally(() => {
      isOver = true;
    });
    await watching;
  }

  /** What holds at every moment, in one snapshot. */
  async checkStored(): Promise<void> {
    const { rows } = await this.#brokers.database.raw(
      `SELECT 'limit ' || limit_key AS broken FROM queue.leases WHERE limit_key IS NOT NULL
         GROUP BY limit_key HAVING count(*) > min(limit_count)
       UNION ALL SELECT 'fairness ' || fairness_key FROM queue.leases WHERE fairness_key <> ''
         GROUP BY fairness_key HAVING count(*) > ?
       UNION ALL SELECT 'doubled ' || task_id FROM queue.leases JOIN pgboss.job ON job.id = task_id`,
      [this.#kind.mostOfFairnessKey ?? 0],
    );
    expect(rows).toEqual([]);
  }

  /** Gives back what the last engines hold. */
  async giveAllBack(): Promise<void> {
    for (const each of this.engines) {
      await release(this.#brokers.database, each.engine.broker, [...each.held.values()], { delaySeconds: 0 });
      each.held.clear();
    }
  }

  async #enqueue(): Promise<void> {
    const packages = Array.from({ length: this.#random.below(12) }, () => ['', this.#someOptions()] as const);
    this.enqueued.push(...(await this.#brokers.enqueue(packages)));
  }

  #someOptions(): PackageOptions {
    const [fairnessKey, limit, priority, delaySeconds] = [
      this.#random.oneOf<string | undefined>(this.#kind.fairnessKeys),
      this.#random.oneOf(LIMITS),
      this.#random.oneOf(PRIORITIES),
      this.#random.oneOf(DELAYS),
    ];
    return {
      ...(fairnessKey === undefined ? {} : { fairnessKey }),
      ...(limit === undefined ? {} : { limit }),
      ...(priority === undefined ? {} : { priority }),
      ...(delaySeconds === undefined ? {} : { delaySeconds }),
    };
  }

  async #take(each: EngineInModel): Promise<void> {
    const taken = await each.engine.take(1 + this.#random.below(8)).catch((error: unknown) => {
      if (error instanceof LeaseRefusedError) return [];
      throw error;
    });
    // Others have given back what an engine that is lost was handed at the last moment.
    if (each.isLost) return;
    for (const one of taken) {
      if (this.engines.some(({ held }) => held.has(one.id))) this.doubled.push(one.id);
      each.held.set(one.id, one);
    }
  }

  async #endSome({ engine, held }: EngineInModel): Promise<void> {
    const some = [...held.values()].filter(() => this.#isOneIn(2));
    for (const { id } of some) held.delete(id);
    const [again, done] = this.#split(some);
    const how = this.#random.oneOf(RELEASES);
    if (how) await release(this.#brokers.database, engine.broker, again, how);
    const ended = await remove(this.#brokers.database, engine.broker, done);
    this.ended.push(...ended.map(({ id }) => id));
  }

  async #deleteSome(): Promise<void> {
    const some = this.enqueued.filter(() => this.#isOneIn(20));
    this.ended.push(...((await this.engines[0]?.engine.broker.delete(some)) ?? []));
  }

  /** As engines do with one whose heartbeat is missing; it may just be taking, or have ended tasks with a slot. */
  async #killOne(): Promise<void> {
    const victim = this.#random.oneOf(this.engines);
    if (!victim) return;
    victim.isLost = true;
    this.engines.splice(this.engines.indexOf(victim), 1);
    const { database } = this.#brokers;
    const { engineId, broker } = victim.engine;
    await database('queue.engines').where({ id: engineId }).update({ state: 'lost' });
    await this.openEngine();
    const leases: { id: string; attempt: number }[] = await database('queue.leases')
      .where({ engine_id: engineId })
      .select('task_id AS id', 'attempt');
    // Nobody is told of the slots that become free by this.
    await release(
      database,
      broker,
      leases.map((lease) => ({ ...lease, engineId })),
      { delaySeconds: 0 },
    );
  }

  #split(taken: readonly Taken[]): [Taken[], Taken[]] {
    const again = new Set(taken.filter(() => this.#isOneIn(3)));
    return [[...again], taken.filter((each) => !again.has(each))];
  }

  #isOneIn(count: number): boolean {
    return this.#random.below(count) === 0;
  }
}

/** A priority and a fairness key that have a package whose turn may come. */
interface Lane {
  readonly priority: number;
  readonly key: string;
}

describe('taking, by several engines and with whatever callers do', () => {
  let brokers: BrokersSideBySide;
  beforeEach(async () => {
    brokers = await BrokersSideBySide.open();
  });
  afterEach(() => brokers.close());

  it.each(KINDS)(
    'loses and doubles no task, exceeds no limit, starves no key, and goes by priorities, $name',
    async (kind) => {
      const seed = Number(process.env['TAKING_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
      process.stderr.write(`TAKING_SEED=${seed}\n`);
      const model = new TakingModel(brokers, seededRandom(seed), kind);
      for (let count = 0; count < ENGINES; count += 1) await model.openEngine();
      for (let round = 0; round < ROUNDS; round += 1) await model.round();
      expect(model.doubled).toEqual([]);

      await resumeQueue(brokers.database, 'composite');
      await model.giveAllBack();
      const last = await brokers.openEngine();
      const [ended, turns] = await drain(
        last,
        kind.mostOfFairnessKey === undefined ? ['turn', 'slot'] : ['turn'],
      );
      expect([...model.ended, ...ended].toSorted()).toEqual(model.enqueued.toSorted());
      expect(await brokers.database('queue.leases')).toEqual([]);
      expect(
        turns.filter(({ taken, waiting }) => waiting.some(({ priority }) => priority > taken.priority)),
      ).toEqual([]);
      expect(longestWait(turns)).toBeLessThanOrEqual(kind.fairnessKeys.length);
    },
  );

  /** Takes and ends one after the other; returns the ids, and whose turn it was each time while who waited for what. */
  async function drain(
    engine: EngineOnBroker,
    waitsFor: readonly string[],
  ): Promise<[string[], { readonly taken: Lane; readonly waiting: readonly Lane[] }[]]> {
    const ended: string[] = [];
    const turns: { taken: Lane; waiting: Lane[] }[] = [];
    const isEmpty = async () => {
      const waiting = await lanes(waitsFor);
      const taken = await engine.take(1);
      const [lane] = await brokers.database('queue.leases').select<Lane[]>('priority', 'fairness_key AS key');
      if (lane) turns.push({ taken: lane, waiting });
      ended.push(...taken.map(({ id }) => id));
      await remove(brokers.database, engine.broker, taken);
      return (await engine.broker.queueSize()) === 0;
    };
    // What is delayed still, or has a slot that nobody was told of, comes within the look of a few seconds.
    const stop = await engine.broker.listen(() => undefined);
    await eventually(isEmpty, 60_000, 1);
    await stop();
    return [ended, turns];
  }

  async function lanes(waitsFor: readonly string[]): Promise<Lane[]> {
    return brokers
      .database('pgboss.job')
      .whereIn('waits_for', waitsFor)
      .distinct<Lane[]>('priority', 'fairness_key AS key');
  }

  /** How many turns of its priority a key that waited saw others have, at the most. */
  function longestWait(
    turns: readonly { readonly taken: Lane; readonly waiting: readonly Lane[] }[],
  ): number {
    const waits = new Map<string, number>();
    let longest = 0;
    for (const { taken, waiting } of turns) {
      const present = new Set(waiting.map(nameOf));
      for (const name of waits.keys()) if (!present.has(name)) waits.delete(name);
      for (const lane of waiting) {
        if (lane.priority !== taken.priority) continue;
        const wait = lane.key === taken.key ? 0 : (waits.get(nameOf(lane)) ?? 0) + 1;
        waits.set(nameOf(lane), wait);
        longest = Math.max(longest, wait);
      }
    }
    return longest;
  }

  function nameOf({ priority, key }: Lane): string {
    return `${priority} ${key}`;
  }
});
