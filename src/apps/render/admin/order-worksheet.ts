import { type AdminAction, AdminActionError } from '../../../app-kit/admin/action.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import type { JsonValue } from '../../../platform/json-value.ts';
import { findGenerator } from '../generators/index.ts';
import { PAPERS } from '../generators/paper.ts';
import type { QueueName } from '../pull-queues/names.ts';
import { findQueueId } from '../pull-queues/queues.ts';
import { insertPullTask } from '../rendering/insert-pull-task.ts';
import { isJsonObject, type JsonObject } from '../rendering/json-object.ts';
import { RenderOrderError, readOrder } from '../rendering/render-order.ts';
import { encodePayload } from '../rendering/result-payload.ts';
import { TAGS } from '../rendering/store-result.ts';
import { renderSettings } from '../settings.ts';

/** Orders a worksheet in a pull queue, as a client does. The row is the queue's. */
export const orderWorksheet: AdminAction = {
  name: 'order',
  resource: 'pull-queues',
  async run(context, { ids, input }) {
    const queue = await renderedQueue(context, ids);
    const payload = payloadOf(input, context.platform.settings.web.baseUrl);
    refuseFaults(payload, context.platform.settingsOf(renderSettings).rendering.maximumCopies);
    const stored = await insertPullTask(context, queue, {
      payloadBase64: encodePayload(payload),
      tag: TAGS.order,
      retryCount: 0,
    });
    if (!stored) throw new AdminActionError('The order was not stored. Try it again.');
    const message = `Ordered ${String(payload['resource_name'])} in ${queue.project}/${queue.queue}.`;
    return { message, count: 1, created: stored.rowId };
  },
};

/** @throws {AdminActionError} if the key is not that of a queue that is rendered. */
async function renderedQueue({ platform }: AppContext, ids: readonly string[]): Promise<QueueName> {
  const { queues } = platform.settingsOf(renderSettings).rendering;
  const keys = await Promise.all(queues.map((name) => findQueueId(platform.database, name)));
  const [id, ...others] = ids;
  const isOne = id !== undefined && others.length === 0;
  const queue = isOne ? queues[keys.indexOf(id)] : undefined;
  if (queue) return queue;
  throw new AdminActionError('Choose one of the queues that are rendered.');
}

/** Makes the payload as clients write it. Nothing of the input has been checked; what is wrong is refused later. */
function payloadOf(input: Readonly<Record<string, unknown>>, baseUrl: string): JsonObject {
  const view = asJson(input['view']);
  const options = asJson(input['options']);
  return {
    ...(isJsonObject(options) ? options : {}),
    kind: 'task#render',
    resource_slug: view,
    resource_name: asJson(input['resourceName']),
    resource_view: view,
    paper_size: asJson(input['paperSize']),
    language: asJson(input['language']),
    colour_mode: asJson(input['colourMode']),
    copies: asJson(input['copies']),
    header_text: asJson(input['headerText']),
    url: `${baseUrl}/render/resources/${String(view)}`,
  };
}

/** Refuses at once what could not be rendered. @throws {AdminActionError} with every fault. */
function refuseFaults(payload: JsonObject, maximumCopies: number): void {
  try {
    const { resourceView, options, paperSize, resourceName } = readOrder(payload, maximumCopies);
    if (resourceName.trim() === '') throw new RenderOrderError('The name is required.');
    const generator = findGenerator(resourceView);
    if (!generator) throw new RenderOrderError('There is no such worksheet.');
    const order = generator.order(options, PAPERS[paperSize]);
    if (!('subtitle' in order)) throw new RenderOrderError(order.join('\n'));
  } catch (error) {
    if (error instanceof RenderOrderError) throw new AdminActionError(error.message, { cause: error });
    throw error;
  }
}

/** A value of a body that was read from JSON. */
function asJson(value: unknown): JsonValue | undefined {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
