import type { Knex } from 'knex';

/** What follows when a transaction is over; neither may throw. */
export interface TransactionEnd {
  /** Everything of the transaction, and of those around it, is stored. */
  readonly onCommit: () => void;
  /** It was rolled back; or its connection was lost at the commit, so that this is not known. */
  readonly onRollback?: () => void;
}

/**
 * Calls back when a transaction is over; one inside another ends with the outermost, as nothing of it can be seen
 * before. knex distinguishes a commit from a rollback only for transactions that get a function (as all of ours do):
 * for others `onCommit` may follow a rollback as well.
 */
export function afterTransaction(
  transaction: Knex.Transaction,
  { onCommit, onRollback }: TransactionEnd,
): void {
  let outermost = transaction;
  while (outermost.parentTransaction) outermost = outermost.parentTransaction;
  outermost.executionPromise.then(onCommit, () => onRollback?.());
}
