import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { seededRandom } from '../../../support/seeded-random.ts';
import { RenderService, type WireTask } from '../render-service.ts';

jest.setTimeout(300_000);

// The model is a list, and a clock that the test moves: the database's clock is replaced by it.

const SECOND = 1_000_000;
const START = 1_800_000_000 * SECOND;
const STEPS = 400;

interface ModelTask {
  readonly id: string;
  readonly tag: string;
  readonly enqueued: number;
  leasedUntil: number;
  leases: number;
}

let service: RenderService;
beforeAll(async () => {
  service = await RenderService.start();
  await service.test.database.raw(`
    CREATE TABLE public.test_clock (now bigint);
    INSERT INTO public.test_clock VALUES (${START});
    CREATE OR REPLACE FUNCTION render.now_microseconds() RETURNS bigint LANGUAGE sql STABLE AS
      $$ SELECT now FROM public.test_clock $$`);
});
afterAll(() => service.stop());
beforeEach(() => service.test.database('public.test_clock').update({ now: START }));

describe('a pull queue', () => {
  it.each([1, 2, 3, 4, 5])(
    'does what its model does, whatever is done to it and to the clock (seed %i)',
    async (seed) => {
      const run = new ModelRun(seed);
      for (let step = 0; step < STEPS; step += 1) await run.step();
      await run.compareAll();
    },
  );
});

/** One row of random steps, each taken in the queue and in the model. */
class ModelRun {
  readonly #random;
  readonly #queue: string;
  #tasks: ModelTask[] = [];
  #now = START;
  #made = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.#queue = `queue-${seed}`;
  }

  async step(): Promise<void> {
    const { below } = this.#random;
    const kind = below(100);
    if (kind < 30) await this.#insert();
    else if (kind < 55) await this.#lease();
    else if (kind < 70) await this.#change(below(2) === 0 ? 'PATCH' : 'POST');
    else if (kind < 82) await this.#delete();
    else if (kind < 95) await this.#moveClock(below(20) * SECOND);
    else await this.#moveClock(-below(10) * SECOND);
    if (kind % 10 === 0) await this.compareAll();
  }

  async compareAll(): Promise<void> {
    const { body } = await service.send('GET', this.#path());
    const expected = this.#inOrder().slice(0, 100);
    expect(body.items?.map(asModel)).toEqual(expected);
    const { body: queue } = await service.send(
      'GET',
      `${this.#path().replace(/\/tasks$/, '')}?getStats=true`,
    );
    expect(queue['stats']).toMatchObject({
      totalTasks: this.#tasks.length,
      oldestTask: expected[0]?.enqueued ?? 0,
    });
  }

  async #insert(): Promise<void> {
    const { below, oneOf } = this.#random;
    this.#made += 1;
    // Few times, so that many tasks have the same one; some lie in the future.
    const task = {
      id: `${below(10)}-${this.#made}`,
      tag: oneOf(['', 'a', 'b']) ?? '',
      enqueued: below(3) === 0 ? this.#now : START + below(5),
      leasedUntil: below(4) === 0 ? this.#now + below(30) * SECOND : this.#now,
      leases: 0,
    };
    const sent = {
      id: task.id,
      tag: task.tag,
      enqueueTimestamp: task.enqueued,
      leaseTimestamp: task.leasedUntil,
    };
    expect(asModel(await service.insert(sent, this.#queue))).toEqual(task);
    this.#tasks.push(task);
  }

  async #lease(): Promise<void> {
    const { below, oneOf } = this.#random;
    const [count, seconds, groups] = [below(6), below(25), below(3)];
    const given = groups === 2 ? undefined : oneOf(['', 'a', 'b']);
    const tag = groups === 0 ? undefined : (given ?? this.#inOrder()[0]?.tag);
    const query = [
      `numTasks=${count}&leaseSecs=${seconds}`,
      ...(groups === 0 ? [] : ['groupByTag=true']),
      ...(groups === 1 ? [`tag=${given}`] : []),
    ].join('&');
    const expected = this.#inOrder()
      .filter((task) => task.leasedUntil <= this.#now && (tag === undefined || task.tag === tag))
      .slice(0, count);
    for (const task of expected) task.leasedUntil = this.#now + seconds * SECOND;
    expect((await service.lease(query, this.#queue)).map(asModel)).toEqual(expected);
    for (const task of expected) task.leases += 1;
  }

  async #change(method: 'PATCH' | 'POST'): Promise<void> {
    const { below, oneOf } = this.#random;
    const task = oneOf(this.#tasks);
    if (!task) return;
    const seconds = below(3) === 0 ? 0 : below(30);
    const path = `${this.#path()}/${task.id}?newLeaseSeconds=${seconds}`;
    const { status, text } = await service.send(method, path, { queueName: this.#queue, id: task.id });
    if (this.#now > task.leasedUntil) {
      expect({ status, text }).toEqual({ status: 400, text: 'The task lease has expired.' });
      return;
    }
    task.leasedUntil = this.#now + seconds * SECOND;
    expect({ status, task: asModel(JSON.parse(text)) }).toEqual({ status: 200, task });
  }

  async #delete(): Promise<void> {
    const { below, oneOf } = this.#random;
    const id = below(4) === 0 ? 'unknown' : (oneOf(this.#tasks)?.id ?? 'unknown');
    expect((await service.send('DELETE', `${this.#path()}/${id}`)).status).toBe(204);
    this.#tasks = this.#tasks.filter((task) => task.id !== id);
    expect((await service.send('GET', `${this.#path()}/${id}`)).status).toBe(400);
  }

  async #moveClock(microseconds: number): Promise<void> {
    this.#now += microseconds;
    await service.test.database('public.test_clock').update({ now: this.#now });
  }

  #inOrder(): readonly ModelTask[] {
    return this.#tasks.toSorted(
      (one, other) => one.enqueued - other.enqueued || (one.id < other.id ? -1 : 1),
    );
  }

  #path(): string {
    return service.tasksPath(this.#queue);
  }
}

function asModel({ id, tag, enqueueTimestamp, leaseTimestamp, retry_count: leases }: WireTask): ModelTask {
  return { id, tag, enqueued: enqueueTimestamp, leasedUntil: leaseTimestamp, leases };
}
