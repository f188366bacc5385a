import { median, quantile } from '../figures.ts';
import type { Table } from '../report.ts';
import type { Contender } from './contender.ts';
import { graphileWorker } from './graphile-worker-peer.ts';
import { ourQueue } from './our-queue.ts';
import { pgBossAnalyzed, pgBossByFiveHundreds, pgBossByHundreds } from './pg-boss-peer.ts';
import { alternate, describeRounds, type Rounds } from './rounds.ts';

const CONTENDERS = [ourQueue, pgBossByHundreds, graphileWorker];

/** The size of its batches, and what Postgres knows of its table, matter to a drain alone. */
const DRAINERS = [ourQueue, pgBossByHundreds, pgBossByFiveHundreds, pgBossAnalyzed, graphileWorker];

/** How fast tasks that wait are done: ours in two worker processes with results stored, theirs in one process without. */
export async function compareDrain(tasks: number, rounds: number): Promise<Table> {
  const seconds = await alternate(DRAINERS, rounds, (contender) => contender.drain(tasks));
  return ratesTable(`Drain of ${tasks} no-op tasks`, tasks, seconds, '1.0 of pg-boss');
}

/** How fast tasks are enqueued by one call. */
export async function compareEnqueue(tasks: number, rounds: number): Promise<Table> {
  const seconds = await alternate(CONTENDERS, rounds, (contender) => contender.enqueue(tasks));
  return ratesTable(`Enqueue of ${tasks} tasks in one call`, tasks, seconds, '0.8 of pg-boss');
}

/** How soon an idle engine begins with a task. */
export async function comparePickUp(tasks: number, rounds: number): Promise<Table> {
  const delays = await alternate(CONTENDERS, rounds, (contender) => contender.pickUp(tasks));
  const medians = eachRound(delays, median);
  const tails = eachRound(delays, (round) => quantile(round, 0.99));
  const beyond = (figures: Rounds<number>, contender: Contender) =>
    contender === ourQueue
      ? ''
      : `${(median(figures.get(ourQueue) ?? []) - median(figures.get(contender) ?? [])).toFixed(1)} ms`;
  return {
    title: `Pick-up of a task by an idle engine, from its commit to its function: ${tasks} in each of ${rounds} rounds`,
    head: ['queue', 'median, ms (spread)', '99 %, ms (spread)', 'ours is later', 'at 99 %', 'goal'],
    rows: CONTENDERS.map((contender) => [
      contender.name,
      describeRounds(medians.get(contender) ?? [], 1),
      describeRounds(tails.get(contender) ?? [], 1),
      beyond(medians, contender),
      beyond(tails, contender),
      contender === ourQueue ? 'pg-boss + 1 ms, at 99 % + 3 ms' : '',
    ]),
  };
}

function ratesTable(title: string, tasks: number, seconds: Rounds<number>, goal: string): Table {
  const rates = eachRound(seconds, (spent) => tasks / spent);
  const ours = rates.get(ourQueue) ?? [];
  return {
    title: `${title}: median of ${ours.length} alternating rounds, and their spread`,
    head: ['queue', 'tasks/s (spread)', 'ours ÷ this', 'goal'],
    rows: [...rates].map(([contender, figures]) => {
      const ratio = contender === ourQueue ? '' : (median(ours) / median(figures)).toFixed(2);
      return [contender.name, describeRounds(figures), ratio, contender === ourQueue ? goal : ''];
    }),
  };
}

function eachRound<Measured, Figure>(
  rounds: Rounds<Measured>,
  figureOf: (measured: Measured) => Figure,
): Rounds<Figure> {
  return new Map([...rounds].map(([contender, measured]) => [contender, measured.map(figureOf)]));
}
