import type { Platform } from '../../src/platform/platform.ts';
import { type FailedCall, FailedTaskSigner } from '../../src/queue/results/failed-task-signer.ts';

/** Signs the failed tasks that a test has put into the table by itself, as an engine signs those that it stores. */
export async function signFailedTasks(platform: Platform): Promise<void> {
  const signer = new FailedTaskSigner(platform);
  await platform.database.transaction(async (transaction) => {
    // Two that sign the same rows in different orders would wait for each other.
    await transaction.raw(`SELECT pg_advisory_xact_lock(hashtext('signed rows'))`);
    const failures: FailedCall[] = await transaction('queue.tasks')
      .where({ success: false, signature: null })
      .select('id', 'name', 'func', 'args', 'group', 'cluster AS queueName', 'options');
    await transaction.raw(
      `UPDATE queue.tasks SET signature = signed.signature
       FROM json_to_recordset(?::json) AS signed (id uuid, signature text) WHERE tasks.id = signed.id`,
      [JSON.stringify(failures.map((call) => ({ id: call.id, signature: signer.sign(call) })))],
    );
  });
}
