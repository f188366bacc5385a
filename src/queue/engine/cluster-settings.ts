import type { Settings } from '../../settings.ts';

/** How one cluster serves its queue; Django-Q's `Q_CLUSTER`, for one queue. */
export interface ClusterSettings {
  /** The queue that it serves. */
  readonly queueName: string;
  readonly workerCount: number;
  /** How long an attempt may run. */
  readonly timeoutSeconds: number;
  /** How long after it was presented a failed task is presented again. */
  readonly retrySeconds: number;
  /** Presentations of one task; 0 for ever. */
  readonly maximumAttempts: number;
  /** Whether a failure counts as delivered, so that it is not presented again. */
  readonly acknowledgesFailures: boolean;
  /**
   * Tasks after which a worker process is replaced, which gives its memory back; 0 for never. `undefined`: after 500,
   * but not before it has lived for a minute.
   */
  readonly recycleTasks: number | undefined;
  /** Resident memory past which a worker process is replaced once its task is done; 0 for none. */
  readonly maximumResidentBytes: number;
  /** Tasks that the engine takes ahead of its workers, where these are quick. */
  readonly queueLimit: number;
  /** Tasks that are taken from the broker at once, at the most. */
  readonly bulk: number;
  /** How long a task may wait that no notification told of. */
  readonly pollSeconds: number;
  /** Successes that are kept; 0 for all, -1 for none. */
  readonly saveLimit: number;
  /** Whether `saveLimit` counts for each of these. */
  readonly saveLimitPer: 'group' | 'name' | 'func' | undefined;
  /** How long a cached result is kept; 0 for ever. */
  readonly cachedSeconds: number;
  /** Whether this cluster runs schedules. */
  readonly runsSchedules: boolean;
  /** Whether each missed slot of a schedule is run, or only the first of them. */
  readonly catchesUp: boolean;
  /** Of cron expressions, and of days, months and years in schedules. */
  readonly timeZone: string;
}

/** The settings of one queue do not hold together; the message says which, and why. */
export class ClusterSettingsError extends Error {
  override readonly name = 'ClusterSettingsError';
}

/**
 * How a queue is served: as the settings say, but for what differs for this queue (Django-Q's `ALT_CLUSTERS`).
 *
 * @throws {ClusterSettingsError}
 */
export function clusterSettingsOf(settings: Settings, queueName: string): ClusterSettings {
  const { engine } = settings;
  const own = engine.alternatives[queueName] ?? {};
  const cluster: ClusterSettings = {
    queueName,
    workerCount: own.workers ?? engine.workerCount,
    timeoutSeconds: own.timeout ?? engine.timeoutSeconds,
    retrySeconds: own.retry ?? engine.retrySeconds,
    maximumAttempts: own.max_attempts ?? engine.maximumAttempts,
    acknowledgesFailures: own.ack_failures ?? engine.acknowledgesFailures,
    recycleTasks: own.recycle ?? engine.recycleTasks,
    maximumResidentBytes: own.max_rss === undefined ? engine.maximumResidentBytes : own.max_rss * 1_024,
    queueLimit: own.queue_limit ?? engine.queueLimit,
    bulk: own.bulk ?? engine.bulk,
    pollSeconds: own.poll ?? engine.pollSeconds,
    saveLimit: own.save_limit ?? engine.saveLimit,
    saveLimitPer: engine.saveLimitPer,
    cachedSeconds: own.cached ?? engine.cachedSeconds,
    runsSchedules: own.scheduler ?? engine.runsSchedules,
    catchesUp: own.catch_up ?? engine.catchesUp,
    timeZone: engine.timeZone,
  };
  if (cluster.retrySeconds <= cluster.timeoutSeconds) {
    throw new ClusterSettingsError(
      `The queue ${queueName} has a retry of ${cluster.retrySeconds} seconds and a timeout of ${cluster.timeoutSeconds}; retry must be greater (see Q_CLUSTER_ALT_CLUSTERS)`,
    );
  }
  return cluster;
}
