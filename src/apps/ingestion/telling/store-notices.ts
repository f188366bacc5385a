import type { Knex } from 'knex';
import { storableText } from '../../../platform/database/storable-text.ts';
import type { Notice, RefreshTasks } from '../refreshes/refresh-tasks.ts';

/** What Slack takes in one section. */
const LONGEST_CHARACTERS = 3_000;

/** Stores messages about a model, and has them sent in this order once the transaction commits. */
export async function storeNotices(
  transaction: Knex.Transaction,
  tasks: RefreshTasks,
  model: string,
  notices: readonly Notice[],
): Promise<void> {
  if (notices.length === 0) return;
  await transaction('ingestion.notices').insert(
    notices.map(({ level, text }) => ({
      model,
      level,
      text: storableText(text).slice(0, LONGEST_CHARACTERS),
    })),
  );
  await tasks.enqueueNotices(transaction);
}
