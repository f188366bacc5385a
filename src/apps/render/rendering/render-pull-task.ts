import { storableText } from '../../../platform/database/storable-text.ts';
import { errorMessage } from '../../../platform/error-message.ts';
import type { JsonValue, TaskContext, TaskHandler } from '../../../queue/index.ts';
import { DEFAULT_LIMITS } from '../documents/document-request.ts';
import { DocumentRequestError, renderDocument } from '../documents/render-document.ts';
import type { PullTask } from '../pull-queues/pull-task.ts';
import { renderSettings } from '../settings.ts';
import { deliverDocument } from './deliver-document.ts';
import type { JsonObject } from './json-object.ts';
import type { RenderArguments } from './render-arguments.ts';
import { decodePayload, RenderOrderError, readOrder } from './render-order.ts';
import { failedResult, type ResultOrigin } from './result-payload.ts';
import { handBack, type Rendering, storeResultOf, takeForRendering } from './store-result.ts';

/** How much longer than its attempt the lease is: the engine ends an attempt some seconds after its time is over. */
const LEASE_ALLOWANCE_SECONDS = 60;

/**
 * Renders one pull task. It may run again at any point: the task is replaced by its result in one transaction, and
 * what was done before that does no harm.
 */
export const renderPullTask: TaskHandler<RenderArguments, JsonValue> = async (
  { rowId, maximumAttempts },
  context,
) => {
  const { platform, attempt, logger } = context;
  const rendering = { rowId, renderTaskId: context.taskId };
  const task = await takeForRendering(platform.database, rendering, leaseSeconds(context));
  if (!task) {
    logger.info({ rowId }, 'there is nothing to render: the task is gone, or a client has leased it');
    return { rendered: false, reason: 'The task is gone, or a client has leased it.' };
  }
  const origin: { current: ResultOrigin } = { current: { taskId: task.id } };
  try {
    const result = await renderResult(task, context, (found) => {
      origin.current = found;
    });
    return await store(context, rendering, result);
  } catch (error) {
    const isPermanent = error instanceof RenderOrderError || error instanceof DocumentRequestError;
    if (!isPermanent && attempt < maximumAttempts) {
      await handBack(platform.database, rendering);
      throw error;
    }
    const stored = await store(
      context,
      rendering,
      failedResult({ ...origin.current, error: errorMessage(error) }),
    );
    if (!isPermanent) throw error;
    return stored;
  }
};

/** @param onOrigin is called as soon as it is known what is rendered. */
async function renderResult(
  task: PullTask,
  { platform, signal }: TaskContext,
  onOrigin: (origin: ResultOrigin) => void,
): Promise<JsonObject> {
  const payload = decodePayload(task.payloadBase64);
  const origin = {
    taskId: task.id,
    resourceSlug: asText(payload['resource_slug']),
    resourceView: asText(payload['resource_view']),
  };
  onOrigin(origin);
  const { maximumCopies } = platform.settingsOf(renderSettings).rendering;
  const order = readOrder(payload, maximumCopies);
  const document = await renderDocument(order, { ...DEFAULT_LIMITS, copies: maximumCopies });
  signal.throwIfAborted();
  return deliverDocument(platform, document, { rowId: task.rowId, origin, signal });
}

async function store(context: TaskContext, rendering: Rendering, result: JsonObject): Promise<JsonValue> {
  const isStored = await storeResultOf(context.platform.database, rendering, () => result);
  const { success, task_id: taskId = null } = result;
  context.logger.info({ pullTaskId: taskId, success, isStored }, 'rendered');
  return {
    rendered: isStored && success === true,
    task_id: taskId,
    filename: storable(result['filename']),
    error: storable(result['error']),
  };
}

function leaseSeconds({ platform, attempt }: TaskContext): number {
  const { attemptSeconds, attemptGrowth } = platform.settingsOf(renderSettings).rendering;
  return attemptSeconds * (1 + attemptGrowth * (attempt - 1)) + LEASE_ALLOWANCE_SECONDS;
}

/** The result of a task is stored as `jsonb`, which does not hold every text. */
function storable(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? storableText(value) : null;
}

function asText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
