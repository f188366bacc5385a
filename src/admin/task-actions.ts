import type {
  Action,
  ActionContext,
  ActionRequest,
  ActionResponse,
  BulkActionResponse,
  RecordActionResponse,
} from 'adminjs';

/** Does something to tasks; answers how many there were. */
export type TaskOperation = (ids: readonly string[]) => Promise<number>;

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
      return { ...answer, ...(await carryOut(operation, text, [record.id()], context)) };
    },
  };
}

/** The same for all tasks that are ticked. */
export function bulkAction(operation: TaskOperation, text: TaskActionText): TaskAction<BulkActionResponse> {
  return {
    ...shown(text),
    actionType: 'bulk',
    async handler(request: ActionRequest, _response: unknown, context: ActionContext) {
      const { records = [], currentAdmin } = context;
      const answer = { records: records.map((record) => record.toJSON(currentAdmin)) };
      if (request.method !== 'post') return answer;
      const ids = records.map((record) => record.id());
      return { ...answer, ...(await carryOut(operation, text, ids, context)) };
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
  operation: TaskOperation,
  { done }: TaskActionText,
  ids: readonly string[],
  { h, resource }: ActionContext,
) {
  const count = await operation(ids);
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
