import type { Knex } from 'knex';
import type { Database } from '../../platform/database/connection.ts';
import type { Logger } from '../../platform/logging.ts';
import { endWaitingTasks, giveBack, type WithdrawalTarget } from '../enqueueing/cancelling.ts';
import { noteFailedAttempts } from '../enqueueing/standstills.ts';
import { LEASE_SECONDS } from '../leases/engine-state.ts';
import type { EndedLease, Lease } from '../leases/lease.ts';
import {
  type AttemptCourse,
  saveUnsuccessfulAttempts,
  type UnsuccessfulAttempt,
} from '../results/attempts.ts';
import { LONGEST_LABEL_CHARACTERS } from '../tasks/task-options.ts';
import { delayAfterLossSeconds } from './retry.ts';
import type { Verdicts } from './verdict.ts';

/**
 * Gives back the tasks of a queue's engines that are silent for longer than a lease. Only for an engine to call
 * that has itself been in touch with Postgres for as long: after Postgres was away, every engine has to have had
 * time to say that it lives.
 */
export async function releaseTasksOfLostEngines(
  database: Database,
  target: WithdrawalTarget,
  verdicts: Pick<Verdicts, 'mostWithoutProgress'>,
  logger: Logger,
): Promise<void> {
  const { queueName } = target;
  const released = await database.transaction(async (transaction) => {
    const { rows: lost } = await transaction.raw<{ rows: { id: string; host: string; pid: number }[] }>(
      `UPDATE queue.engines SET state = 'lost' WHERE id IN (
         SELECT id FROM queue.engines
         WHERE queue = ? AND heartbeat < clock_timestamp() - ? * interval '1 second' AND state NOT IN ('stopped', 'lost')
         FOR UPDATE SKIP LOCKED
       ) RETURNING id, host, pid`,
      [queueName, LEASE_SECONDS],
    );
    if (lost.length === 0) return undefined;
    const held = await leasesOf(
      lost.map(({ id }) => id),
      transaction,
    );
    const ended = await giveBack(transaction, target, held, ({ attempt }) => ({
      delaySeconds: delayAfterLossSeconds(attempt),
    }));
    const endedIds = new Set(ended.map(({ id }) => id));
    await saveUnsuccessfulAttempts(transaction, held.filter(({ id }) => endedIds.has(id)).map(lostAttempt));
    const begunIds = new Set(
      held.filter(({ begunAgoSeconds }) => begunAgoSeconds !== null).map(({ id }) => id),
    );
    const begun = ended.filter(({ id, cancelledBy }) => begunIds.has(id) && cancelledBy === null);
    const givenUp = await giveUpStandstills(transaction, target, verdicts, begun);
    return { engines: lost, tasks: [...endedIds], givenUp: [...givenUp] };
  });
  if (released) logger.warn(released, 'gave back the tasks of lost engines');
}

/** What a lost engine held, as far as it has said how far that was. */
interface LostLease extends Lease, AttemptCourse {
  readonly engineId: string;
  readonly sentBy: string | null;
}

/** The function of a task ran at least until its engine last said that it lives. */
async function leasesOf(
  engineIds: readonly string[],
  transaction: Knex.Transaction,
): Promise<readonly LostLease[]> {
  const { rows } = await transaction.raw<{ rows: LostLease[] }>(
    `SELECT task_id AS id, attempt, engine_id AS "engineId", host, worker_pid AS "workerPid",
       extract(epoch FROM clock_timestamp() - taken)::double precision AS "takenAgoSeconds",
       extract(epoch FROM clock_timestamp() - leases.started)::double precision AS "begunAgoSeconds",
       extract(epoch FROM greatest(coalesce(leases.started, taken), due) - due)::double precision AS "waitedSeconds",
       extract(epoch FROM greatest(heartbeat, leases.started) - leases.started)::double precision AS "ranSeconds",
       left(carried #>> '{task,options,resubmittedBy}', ${LONGEST_LABEL_CHARACTERS}) AS "sentBy"
     FROM queue.leases JOIN queue.engines ON engine_id = engines.id WHERE engines.id = ANY (?::uuid[])`,
    [[...engineIds]],
  );
  return rows;
}

function lostAttempt({ id, attempt, ...lease }: LostLease): UnsuccessfulAttempt {
  return {
    ...lease,
    taskId: id,
    number: attempt,
    outcome: 'engine lost',
    error: 'The engine was lost: its heartbeat was missing for too long',
  };
}

/**
 * Counts the attempts that ended with their engine, and ends the tasks that may have been the reason too often. Returns
 * the ids of these.
 */
async function giveUpStandstills(
  transaction: Knex.Transaction,
  target: WithdrawalTarget,
  verdicts: Pick<Verdicts, 'mostWithoutProgress'>,
  begun: readonly EndedLease[],
): Promise<ReadonlySet<string>> {
  const counts = await noteFailedAttempts(
    transaction,
    target.queueName,
    begun.map(({ id, progress }) => ({ taskId: id, done: progress?.done ?? 0 })),
  );
  const ids = [...counts.keys()];
  if (ids.length === 0) return new Set();
  const queued = await target.broker.list({ ids, limit: ids.length, offset: 0 }, transaction);
  const failures = queued.flatMap((task) => {
    const most = verdicts.mostWithoutProgress(task);
    if (most === undefined || (counts.get(task.id) ?? 0) < most) return [];
    const error = `Given up after ${task.attempts} attempts: the engine that made the last one died`;
    return [[task.id, { error }] as const];
  });
  return endWaitingTasks(transaction, target, new Map(failures), { cancelled: false });
}
