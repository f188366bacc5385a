import { within } from '../../platform/deadline.ts';
import type { MetricsSource } from '../../platform/http/metrics-page.ts';
import type { Platform } from '../../platform/platform.ts';
import { METRICS_PREFIX } from '../../platform/product.ts';
import { type DurationHistogram, type DurationKind, durationHistograms } from './durations.ts';
import { histogramText } from './histogram-text.ts';
import { type QueueFigures, queueFigures } from './queue-figures.ts';

/** How long Postgres may take: who scrapes waits for ten seconds, usually. */
const ANSWER_SECONDS = 5;

/** The states of engines that live. */
const LIVE_STATES = ['starting', 'idle', 'working', 'stopping'] as const;

/**
 * The queues as metrics, read from the database, so that every server process returns the same. If Postgres
 * does not respond, the metric `queue_up` is 0 and the others are left out.
 */
export function queueMetrics({ database, logger }: Pick<Platform, 'database' | 'logger'>): MetricsSource {
  return {
    async collect() {
      try {
        return await describe(
          await within(
            ANSWER_SECONDS * 1_000,
            Promise.all([queueFigures(database), durationHistograms(database)]),
          ),
        );
      } catch (error) {
        logger.warn({ err: error }, 'the figures of the queues could not be read for /metrics');
        return describe(undefined);
      }
    },
  };
}

/** In Prometheus' format; a registry of its own each time, as the queues that there are come and go. */
async function describe(
  read: readonly [readonly QueueFigures[], readonly DurationHistogram[]] | undefined,
): Promise<string> {
  // Loaded here because every process imports the queue, and only servers have metrics.
  const { Counter, Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  const options = { registers: [registry] };
  new Gauge({
    name: `${METRICS_PREFIX}queue_up`,
    help: 'Whether the figures of the queues could be read',
    ...options,
  }).set(read ? 1 : 0);
  if (read === undefined) return registry.metrics();
  const [figures, histograms] = read;

  const gauge = (name: string, help: string, value: (each: QueueFigures) => number) => {
    const metric = new Gauge({ name: `${METRICS_PREFIX}${name}`, help, labelNames: ['queue'], ...options });
    for (const each of figures) metric.set({ queue: each.queue }, value(each));
  };
  const counter = (name: string, help: string, value: (each: QueueFigures) => number) => {
    const metric = new Counter({
      name: `${METRICS_PREFIX}${name}`,
      help,
      labelNames: ['queue'],
      ...options,
    });
    for (const each of figures) metric.inc({ queue: each.queue }, value(each));
  };
  gauge('tasks_queued', 'Tasks that wait, those delayed included', ({ queued }) => queued);
  gauge(
    'tasks_delayed',
    'Tasks that wait for their time, of the ten thousand oldest',
    ({ delayed }) => delayed,
  );
  gauge('tasks_running', 'Tasks that engines hold', ({ running }) => running);
  gauge(
    'oldest_waiting_seconds',
    'How long a task has been waiting that could run; 0 where none waits',
    ({ oldestSeconds }) => oldestSeconds ?? 0,
  );
  gauge('queue_paused', 'Whether somebody paused the queue', ({ isPaused }) => (isPaused ? 1 : 0));
  gauge(
    'packages_unverified',
    'Packages and messages that an engine left in the queue, as it could not verify them: the most of one engine',
    ({ unverified }) => unverified,
  );
  gauge('workers', 'Workers of the engines that live', ({ workers }) => workers);
  counter('task_successes_total', 'Attempts at tasks that succeeded', ({ successes }) => successes);
  counter('task_failures_total', 'Attempts at tasks that failed', ({ failures }) => failures);
  const engines = new Gauge({
    name: `${METRICS_PREFIX}engines`,
    help: 'Engines that live',
    labelNames: ['queue', 'state'],
    ...options,
  });
  for (const { queue, engines: counts } of figures)
    for (const state of LIVE_STATES) engines.set({ queue, state }, counts[state] ?? 0);
  const ofKind = (kind: DurationKind) => histograms.filter((each) => each.kind === kind);
  return [
    await registry.metrics(),
    histogramText(
      `${METRICS_PREFIX}task_waited_seconds`,
      'How long attempts at tasks waited: from when the task could run until its function began',
      ofKind('waited'),
    ),
    histogramText(
      `${METRICS_PREFIX}task_ran_seconds`,
      'How long the functions of attempts at tasks ran',
      ofKind('ran'),
    ),
  ].join('\n');
}
