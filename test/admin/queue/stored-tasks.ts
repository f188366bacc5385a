import { randomUUID } from 'node:crypto';
import { defineTaskFunction } from '../../../src/queue/index.ts';
import { signFailedTasks } from '../../support/signed-rows.ts';
import type { ServedAdmin } from '../admin-client.ts';

/** A function with a secret, as the composites' own; nothing runs it. */
export const processMember = defineTaskFunction<{ memberId: string; authorization: string }, string>({
  name: 'composite.process_member',
  secretArguments: ['authorization'],
  secretSubject: ({ memberId = '' }) => memberId,
  load: async () => async () => 'done',
});

/** Stores a finished task, and answers its id; what is not told is the same for all. */
export async function addTask(
  { platform }: Pick<ServedAdmin, 'platform'>,
  values: Record<string, unknown> = {},
): Promise<string> {
  const id = randomUUID();
  const { success = false } = values;
  await platform.database('queue.tasks').insert({
    id,
    name: 'winter-speaker',
    func: processMember.name,
    args: { memberId: 'm', authorization: { $sealed: platform.secretBox.seal('"Basic abc"', 'nothing') } },
    result: success ? JSON.stringify(['fine']) : { error: 'the origin is gone', stack: 'at fetch' },
    cluster: 'composite',
    started: '2026-01-01T00:00:00Z',
    stopped: '2026-01-01T00:00:38.5Z',
    success,
    attempt_count: 2,
    ...values,
  });
  if (!success) await signFailedTasks(platform);
  return id;
}

/** Removes every task, wherever it stands, and what else the tests of the queue leave. */
export async function removeTasks({ platform }: Pick<ServedAdmin, 'platform'>): Promise<void> {
  await platform.database.raw(
    `TRUNCATE queue.tasks, queue.failed_attempts, queue.leases, queue.engines, queue.schedules, queue.queues, queue.task_counts, queue.queue_depths, admin.audit_log CASCADE;
     DELETE FROM pgboss.job`,
  );
}

/** Has an engine hold a task; answers the task's id. */
export async function addRunning(
  { platform }: Pick<ServedAdmin, 'platform'>,
  { group = null, ...values }: Record<string, unknown> = {},
): Promise<string> {
  const { database } = platform;
  const id = randomUUID();
  const engineId = randomUUID();
  await database('queue.engines').insert({
    id: engineId,
    queue: 'composite',
    host: 'one',
    pid: 1,
    state: 'working',
    worker_count: 2,
    // However slow the machine is, it is not found silent.
    heartbeat: database.raw(`now() + interval '1 hour'`),
  });
  await database('queue.leases').insert({
    task_id: id,
    engine_id: engineId,
    attempt: 1,
    queue: 'composite',
    carried: { task: { name: 'summer-lamp', func: processMember.name, group } },
    worker_pid: 7,
    progress: JSON.stringify({ done: 3, total: 9, note: 'pages uploaded' }),
    ...values,
  });
  return id;
}
