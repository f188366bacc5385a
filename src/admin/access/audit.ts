import type { Knex } from 'knex';
import type { Database, DatabaseOrTransaction } from '../../platform/database/connection.ts';

/** What became of it: it was done, it went wrong, or the administrator may not do it. */
const AUDIT_OUTCOMES = ['done', 'failed', 'refused'] as const;

/** One of {@link AUDIT_OUTCOMES}. */
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** Who did it; a `SignedIn` is one. */
export interface AuditActor {
  /** Undefined if the administrator is not known: a login under an unknown name. */
  readonly id: string | undefined;
  readonly username: string;
  readonly address: string;
}

/** One line of the audit log. It holds no secrets: neither passwords nor what tasks were given. */
export interface AuditEntry {
  readonly actor: AuditActor;
  /** One short name: `resubmit`, `signIn`. */
  readonly action: string;
  /** The id of the resource that it was done to. */
  readonly resource?: string;
  /** What it was done to; of very many, the first ones are kept, and how many they were. */
  readonly recordIds?: readonly string[];
  readonly outcome: AuditOutcome;
  /** What else there is to know, in a few words. */
  readonly detail?: string;
}

/** Ids that one line keeps. */
const KEPT_RECORD_IDS = 1_000;

/** Characters of a text that one line keeps. */
const KEPT_CHARACTERS = 500;

/** Writes a line into the audit log, in the transaction of the action that it records, if there is one. */
export async function recordAudit(database: DatabaseOrTransaction, entry: AuditEntry): Promise<void> {
  const { actor, action, resource, recordIds = [], outcome, detail } = entry;
  await database('admin.audit_log').insert({
    administrator_id: actor.id ?? null,
    username: actor.username,
    address: actor.address,
    action: action.slice(0, KEPT_CHARACTERS),
    resource: resource?.slice(0, KEPT_CHARACTERS) ?? null,
    record_ids: recordIds.slice(0, KEPT_RECORD_IDS).map((id) => id.slice(0, KEPT_CHARACTERS)),
    record_count: recordIds.length,
    outcome,
    detail: detail?.slice(0, KEPT_CHARACTERS) ?? null,
  });
}

/**
 * Does something in a transaction that also writes the line about it, so that either both are stored or neither.
 * If it throws, everything is rolled back, the line says that it failed, and the error is thrown on.
 *
 * @param describe returns the parts of the line that depend on the result.
 */
export async function audited<Result>(
  database: Database,
  entry: Omit<AuditEntry, 'outcome'>,
  operation: (transaction: Knex.Transaction) => Promise<Result>,
  describe: (result: Result) => Partial<Pick<AuditEntry, 'recordIds' | 'detail'>> = () => ({}),
): Promise<Result> {
  try {
    return await database.transaction(async (transaction) => {
      const result = await operation(transaction);
      await recordAudit(transaction, { ...entry, ...describe(result), outcome: 'done' });
      return result;
    });
  } catch (error) {
    // Its message may quote what was typed; its name does not.
    const detail = error instanceof Error ? error.name : 'unknown error';
    await recordAudit(database, { ...entry, outcome: 'failed', detail }).catch((auditError: unknown) => {
      throw new AggregateError([error, auditError], `${entry.action} failed, and so did the line about it`);
    });
    throw error;
  }
}
