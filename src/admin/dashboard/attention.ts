import type { Database } from '../../platform/database/connection.ts';
import { type EngineStatus, type PausedQueue, pausedQueues, type QueueFigures } from '../../queue/index.ts';
import { ENGINES, FAILED_TASKS, QUEUED_TASKS, QUEUES, SCHEDULES } from '../queue/resources.ts';
import type { Attention, FailureGroup } from './shapes.ts';

/** A queue that is so much longer than half an hour ago grows, unless it is short. */
const GROWTH_FACTOR = 1.5;
const SHORT_QUEUE = 50;

/** So many failures of one kind within an hour are the same error again and again. */
const REPEATED_FAILURES = 10;

/** Errors that are listed; the others are further down on the page. */
const MOST_ERRORS = 3;

/** What is looked at for what a person should see to. */
export interface Observed {
  readonly engines: readonly EngineStatus[];
  readonly queues: readonly QueueFigures[];
  readonly paused: readonly PausedQueue[];
  readonly failures: readonly FailureGroup[];
  readonly trends: readonly QueueTrend[];
  /** Schedules with a slot that gave no task. */
  readonly failingSchedules: number;
}

/** How long a queue is, and was half an hour ago, on average over some minutes. */
export interface QueueTrend {
  readonly queue: string;
  readonly now: number;
  readonly before: number;
}

/** What only changes slowly of {@link Observed}. */
export async function readTrends(database: Database): Promise<Pick<Observed, 'trends' | 'failingSchedules'>> {
  const [trends, schedules] = await Promise.all([
    database.raw<{ rows: QueueTrend[] }>(
      `SELECT queue, avg(waiting) FILTER (WHERE minute > now() - interval '5 minutes')::double precision AS now,
         avg(waiting) FILTER (WHERE minute < now() - interval '25 minutes')::double precision AS before
       FROM queue.queue_depths WHERE minute > now() - interval '35 minutes' GROUP BY queue`,
    ),
    database('queue.schedules').whereNotNull('error').count<{ count: string }[]>({ count: '*' }).first(),
  ]);
  return {
    trends: trends.rows.filter(({ now, before }) => now !== null && before !== null),
    failingSchedules: Number(schedules?.count ?? 0),
  };
}

/** The queues that are paused. */
export const readPaused = pausedQueues;

/** What a person should see to, the worst first. */
export function attentionOf(observed: Observed): Attention[] {
  const { engines, queues, paused, failures, trends, failingSchedules } = observed;
  const items: Attention[] = [];
  const waiting = queues.reduce((sum, { queued }) => sum + queued, 0);
  if (engines.length === 0) {
    items.push({
      tone: 'bad',
      title: 'No engine is running',
      text: `${tasksInWords(waiting)} ${waiting === 1 ? 'waits' : 'wait'}, and no engine is running. Start an engine: node dist/engine.js`,
      path: listOf(ENGINES),
    });
  } else {
    // One that is paused would not be served anyway.
    const unserved = queues.filter((each) => each.queued > 0 && each.workers === 0 && !each.isPaused);
    for (const { queue, queued } of unserved) {
      items.push({
        tone: 'bad',
        title: `No engine serves the queue ${queue}`,
        text: `${tasksInWords(queued)} ${queued === 1 ? 'waits' : 'wait'} in it. Start an engine for it: Q_CLUSTER_NAME=${queue} node dist/engine.js`,
        path: listOf(QUEUED_TASKS, { queue }),
      });
    }
  }
  for (const { id, host, pid, queue } of engines.filter((each) => each.distrustsKey)) {
    items.push({
      tone: 'bad',
      title: `The engine ${pid} on ${host} takes nothing more`,
      text: `It cannot verify the packages in the queue ${queue}: its DJANGO_SECRET_KEY is probably wrong. The packages are still there. Restart it with the right key.`,
      path: `/resources/${ENGINES}/records/${id}/show`,
    });
  }
  for (const { queue, unverified } of queues.filter((each) => each.unverified > 0)) {
    items.push({
      tone: 'warn',
      title: `The queue ${queue} has packages that cannot be verified`,
      text: `An engine left ${unverified.toLocaleString('en')} of them where they are. Its log names them. Somebody changed them, or signed them with another key.`,
      path: listOf(QUEUED_TASKS, { queue }),
    });
  }
  const repeated = failures.filter(({ countLastHour }) => countLastHour >= REPEATED_FAILURES);
  for (const { error, func, countLastHour } of repeated.slice(0, MOST_ERRORS)) {
    items.push({
      tone: 'bad',
      title: 'Repeated error',
      text: `${func} failed ${countLastHour} times within the last hour: ${error}`,
      path: listOf(FAILED_TASKS, { func, error }),
    });
  }
  const pausedNames = new Set(paused.map(({ name }) => name));
  for (const { queue, now, before } of trends) {
    if (pausedNames.has(queue) || now < SHORT_QUEUE || now < before * GROWTH_FACTOR) continue;
    items.push({
      tone: 'warn',
      title: `The queue ${queue} grows`,
      text: `${tasksInWords(Math.round(now))} wait, and half an hour ago ${tasksInWords(Math.round(before))} did. More engines, or more workers, would help.`,
      path: listOf(QUEUED_TASKS, { queue }),
    });
  }
  for (const { name, pausedBy } of paused) {
    items.push({
      tone: 'warn',
      title: `The queue ${name} is paused`,
      text: `${pausedBy} paused it. No task is taken from it until it is resumed.`,
      path: listOf(QUEUES),
    });
  }
  for (const { id, host, pid, silentSeconds } of engines.filter((each) => each.condition === 'silent')) {
    items.push({
      tone: 'warn',
      title: `The engine ${pid} on ${host} is silent`,
      text: `Its last heartbeat was ${Math.round(silentSeconds)} seconds ago. If it stays silent, other engines take its tasks.`,
      path: `/resources/${ENGINES}/records/${id}/show`,
    });
  }
  if (failingSchedules > 0) {
    items.push({
      tone: 'warn',
      title:
        failingSchedules === 1
          ? 'A schedule has failed to run'
          : `${failingSchedules} schedules have failed to run`,
      text: 'A slot gave no task. The list of schedules says why.',
      path: listOf(SCHEDULES),
    });
  }
  return items.sort((one, other) => Number(one.tone === 'warn') - Number(other.tone === 'warn'));
}

function tasksInWords(count: number): string {
  return count === 1 ? '1 task' : `${count.toLocaleString('en')} tasks`;
}

function listOf(list: string, filter: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(filter).toString();
  return `/resources/${list}${query === '' ? '' : `?${query}`}`;
}
