import type {
  Action,
  ActionContext,
  ActionRequest,
  ActionResponse,
  BulkActionResponse,
  RecordActionResponse,
} from 'adminjs';
import type { Knex } from 'knex';
import type { Database } from '../platform/database/connection.ts';
import { audited } from './access/audit.ts';
import { actingAdministrator } from './access/signed-in.ts';

/** Does something to tasks, in the transaction of its line in the audit log; answers how many there were. */
export type TaskOperation = (ids: readonly string[], transaction: Knex.Transaction) => Promise<number>;

/** How an action of tasks shows itself. */
interface TaskActionText {
  readonly icon: string;
  readonly variant: 'primary' | 'danger';
  /** As on a button: "Delete". */
  readonly label: string;
  /** As in "Deleted 2 tasks". */
  readonly done: string;
  /** What stands above the list of the tasks. */
  readonly question: string;
}

/** An action as AdminJS's options take it. */
export type TaskAction<Answer extends ActionResponse> = Omit<Partial<Action<Answer>>, 'after'>;

/** The action of one task: a page that asks, and a POST that does it. A GET alone never changes anything. */
export function recordAction(
  database: Database,
  operation: TaskOperation,
  text: TaskActionText,
): TaskAction<RecordActionResponse> {
  return {
    ...shown(text),
    actionType: 'record',
    async handler(request: ActionRequest, _response: unknown, context: ActionContext) {
      const { record, currentAdmin } = context;
      if (!record) throw new Error('AdminJS calls the action of a record without one');
      const answer = { record: record.toJSON(currentAdmin) };
      if (request.method !== 'post') return answer;
      return { ...answer, ...(await carryOut(database, operation, text, [record.id()], context)) };
    },
  };
}

/** The same for all tasks that are ticked. */
export function bulkAction(
  database: Database,
  operation: TaskOperation,
  text: TaskActionText,
): TaskAction<BulkActionResponse> {
  return {
    ...shown(text),
    actionType: 'bulk',
    async handler(request: ActionRequest, _response: unknown, context: ActionContext) {
      const { records = [], currentAdmin } = context;
      const answer = { records: records.map((record) => record.toJSON(currentAdmin)) };
      if (request.method !== 'post') return answer;
      const ids = records.map((record) => record.id());
      return { ...answer, ...(await carryOut(database, operation, text, ids, context)) };
    },
  };
}

function shown({ icon, variant, label, question }: TaskActionText) {
  return {
    icon,
    variant,
    component: 'ConfirmTasks',
    showInDrawer: true,
    custom: { label, question },
    isAccessible: true,
    isVisible: true,
  };
}

async function carryOut(
  database: Database,
  operation: TaskOperation,
  { done }: TaskActionText,
  ids: readonly string[],
  { h, resource, action, currentAdmin }: ActionContext,
) {
  const actor = actingAdministrator(currentAdmin);
  const count = await audited(
    database,
    { actor, action: action.name, resource: resource.id(), recordIds: ids },
    (transaction) => operation(ids, transaction),
    (changed) => (changed === ids.length ? {} : { detail: `${changed} of ${ids.length}` }),
  );
  const message = `${done} ${count} ${count === 1 ? 'task' : 'tasks'}`;
  // Somebody else, or an engine, may have been faster.
  const missing = ids.length - count;
  return {
    notice:
      missing === 0
        ? { message, type: 'success' as const }
        : { message: `${message}; ${missing} could not be: running, or gone`, type: 'error' as const },
    redirectUrl: h.resourceUrl({ resourceId: resource.id() }),
  };
}
