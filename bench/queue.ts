import { compareDrain, compareEnqueue, comparePickUp } from './queue/comparison.ts';
import { measureIdleEngines, measureManyEngines } from './queue/load.ts';
import { profileDrain } from './queue/profile.ts';
import { measureBesideFinished, measureBesideLimited, measureBesideWaiting } from './queue/volume.ts';
import type { Table } from './report.ts';

/** What the parts need to know. */
export interface QueueBenchOptions {
  /** The rounds of a comparison with the peers, and the most that anything else takes. */
  readonly rounds: number;
  /** The process of the Postgres that everything runs on. */
  readonly postgresPid: number;
}

const DRAINED_TASKS = 30_000;
const ENQUEUED_TASKS = 10_000;
const PICK_UPS = 200;

/** What is not compared with a peer takes long to prepare, and shows in fewer rounds. */
const FEW_ROUNDS = 3;

const VOLUME_WORK = { tasks: 10_000, pickUps: PICK_UPS };

/** The parts, by the names that `--part` takes. */
const PARTS = {
  drain: async ({ rounds }) => [await compareDrain(DRAINED_TASKS, rounds)],
  enqueue: async ({ rounds }) => [await compareEnqueue(ENQUEUED_TASKS, rounds)],
  'pick-up': async ({ rounds }) => [await comparePickUp(PICK_UPS, rounds)],
  engines: async ({ rounds, postgresPid }) => [
    await measureManyEngines({ tasks: DRAINED_TASKS, rounds: few(rounds) }, postgresPid),
  ],
  idle: async ({ postgresPid }) => [await measureIdleEngines(postgresPid)],
  finished: async ({ rounds }) => [await measureBesideFinished({ ...VOLUME_WORK, rounds: few(rounds) })],
  waiting: async ({ rounds }) => [await measureBesideWaiting({ tasks: DRAINED_TASKS, rounds: few(rounds) })],
  limited: async ({ rounds }) => [await measureBesideLimited({ ...VOLUME_WORK, rounds: few(rounds) })],
  profile: ({ postgresPid }) => profileDrain(DRAINED_TASKS, postgresPid),
} as const satisfies Record<string, (options: QueueBenchOptions) => Promise<readonly Table[]>>;

function few(rounds: number): number {
  return Math.min(rounds, FEW_ROUNDS);
}

/** A part of the bench of the queue. */
export type QueuePart = keyof typeof PARTS;

/** All parts, in the order in which they run. */
export const QUEUE_PARTS = Object.keys(PARTS).filter(isQueuePart);

/** All that measure: the profile slows down what it looks at, and runs only when it is named. */
export const MEASURING_PARTS = QUEUE_PARTS.filter((part) => part !== 'profile');

/** Whether there is a part of this name. */
export function isQueuePart(name: string): name is QueuePart {
  return Object.hasOwn(PARTS, name);
}

/**
 * Measures one part of what the queue does with no-op tasks in real worker processes, results stored. Peers, which run
 * functions in their own process and keep no results, are measured in the same run, on the same Postgres.
 */
export function benchQueue(part: QueuePart, options: QueueBenchOptions): Promise<readonly Table[]> {
  return PARTS[part](options);
}
