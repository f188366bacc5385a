import type { Knex } from 'knex';
import type { RegistryTasks } from '../../registry-tasks.ts';
import type { CswContext, CswReply } from '../operations/csw-context.ts';
import type { WriteRequest } from '../requests/csw-request.ts';
import { deleteRecords } from './delete-records.ts';
import { type GivenRecord, readGivenRecord } from './given-record.ts';
import { insertRecords } from './insert-records.ts';
import { type InsertResult, transactionReply } from './transaction-reply.ts';
import { replaceRecord, type TransactionPlace, updateRecords } from './update-records.ts';

type Transaction = Extract<WriteRequest, { operation: 'Transaction' }>;

/** Does all actions of a transaction, or none. @throws {OgcError} */
export async function runTransaction(
  request: Transaction,
  context: CswContext,
  tasks: RegistryTasks,
): Promise<CswReply> {
  const place = { ...context, tasks, catalogId: context.catalog.id };
  // All records are read before anything is stored.
  const actions = request.actions.map((action) => ({ action, records: recordsOf(action) }));
  const counts = { inserted: 0, updated: 0, deleted: 0 };
  const inserts: InsertResult[] = [];
  await context.database.transaction(async (transaction) => {
    await waitForOthers(transaction, place.catalogId);
    for (const { action, records } of actions) {
      const count = await runAction(transaction, place, action, records);
      if (action.kind === 'insert') {
        counts.inserted += count;
        inserts.push({ handle: action.handle, records });
      } else if (action.kind === 'delete') counts.deleted += count;
      else counts.updated += count;
    }
  });
  return transactionReply(request, counts, inserts);
}

/** Transactions of a catalogue are done one after the other: each sees which records those before it have stored. */
async function waitForOthers(transaction: Knex.Transaction, catalogId: string): Promise<void> {
  await transaction.raw(
    `SELECT pg_advisory_xact_lock(hashtextextended('map_registry.transaction ' || ?, 0))`,
    [catalogId],
  );
}

function recordsOf(action: Transaction['actions'][number]): readonly GivenRecord[] {
  if (action.kind === 'insert') return action.records.map(readGivenRecord);
  return action.kind === 'replace' ? [readGivenRecord(action.record)] : [];
}

async function runAction(
  transaction: Knex.Transaction,
  place: TransactionPlace & { readonly tasks: RegistryTasks },
  action: Transaction['actions'][number],
  records: readonly GivenRecord[],
): Promise<number> {
  switch (action.kind) {
    case 'insert':
      await insertRecords(transaction, place.tasks, place.catalogId, records);
      return records.length;
    case 'replace': {
      const [record] = records;
      return record ? replaceRecord(transaction, place, record) : 0;
    }
    case 'update':
      return updateRecords(transaction, place, action.condition, action.properties);
    case 'delete':
      return deleteRecords(transaction, place.catalogId, action.condition);
  }
}
