import type { AppContext } from '../../../app-kit/app-context.ts';
import { isOneOf } from '../pull-queues/names.ts';
import { isJsonObject, type JsonObject } from '../rendering/json-object.ts';
import { resultNameOf, TAGS } from '../rendering/store-result.ts';
import { renderSettings } from '../settings.ts';
import { selectTasks, tasksThatMatch } from './lists.ts';
import { hasDocument, linkOf, type ResultDocument, readDocument } from './result-document.ts';
import type { TaskDetail, TaskRow } from './shapes.ts';

/** Characters of a payload that is not shown as JSON. */
const SHOWN_CHARACTERS = 2_000;

/** A page reads its task again and again: JSON of more characters is shown by its beginning. */
const MOST_JSON_CHARACTERS = 100_000;

/** What is shown in place of a document. */
const DOCUMENT = '(the PDF, in base64)';

interface StoredTask extends TaskRow {
  readonly payload: string;
  readonly leasedUntil: string;
  readonly renderedBy: string | null;
}

/** Reads one task, with its payload decoded. An order that was rendered is its result. `undefined` if there is none. */
export async function readTaskPage(context: AppContext, id: string): Promise<TaskDetail | undefined> {
  const found = await findTaskOrResult(context, id);
  if (!found) return undefined;
  const { payload: encoded, ...task } = found;
  const payload = decode(encoded);
  const { success, error } = payload ?? {};
  return {
    ...task,
    isRendered: task.tag === TAGS.order && isOneOf(renderedQueues(context), asQueueName(task)),
    ...shownPayload(payload, encoded),
    error: success === false && typeof error === 'string' ? error : null,
    hasDocument: payload !== undefined && (await hasDocument(context, payload)),
    documentUrl: payload ? linkOf(payload) : null,
  };
}

function shownPayload(
  payload: JsonObject | undefined,
  encoded: string,
): Pick<TaskDetail, 'payload' | 'payloadStart'> {
  if (!payload) return { payload: null, payloadStart: encoded.slice(0, SHOWN_CHARACTERS) };
  const shown = typeof payload['document'] === 'string' ? { ...payload, document: DOCUMENT } : payload;
  const length = jsonLength(shown);
  if (length !== undefined && length <= MOST_JSON_CHARACTERS) return { payload: shown, payloadStart: null };
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  return { payload: null, payloadStart: text.slice(0, SHOWN_CHARACTERS) };
}

/** Returns `undefined` for a value that is nested too deeply to be written. */
function jsonLength(value: JsonObject): number | undefined {
  try {
    return JSON.stringify(value).length;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Returns the PDF of a task; `undefined` if it has none. @throws {ObjectStorageError} */
export async function readDocumentOfTask(
  context: AppContext,
  id: string,
  signal: AbortSignal,
): Promise<ResultDocument | undefined> {
  const found = await findTaskOrResult(context, id);
  const payload = found && decode(found.payload);
  return payload && readDocument(context, payload, signal);
}

async function findTaskOrResult(context: AppContext, id: string): Promise<StoredTask | undefined> {
  const { database } = context.platform;
  const read = async (query: ReturnType<typeof tasksThatMatch>): Promise<StoredTask | undefined> => {
    const [found] = await selectTasks<StoredTask>(
      database,
      query.select(
        'tasks.payload',
        'tasks.rendered_by AS renderedBy',
        database.raw(
          `to_char(to_timestamp(tasks.leased_until_us / 1000000.0) AT TIME ZONE 'UTC',
             'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "leasedUntil"`,
        ),
      ),
    );
    return found;
  };
  const task = await read(tasksThatMatch(database, {}).where('tasks.id', id));
  if (task) return task;
  const queues = renderedQueues(context).map(({ project, queue }) => [project, queue]);
  return read(
    tasksThatMatch(database, {})
      .whereIn(['queues.project', 'queues.name'], queues)
      .where('tasks.name', resultNameOf(id.toLowerCase())),
  );
}

function renderedQueues({ platform }: AppContext) {
  return platform.settingsOf(renderSettings).rendering.queues;
}

function asQueueName({ project, queue }: TaskRow) {
  return { project, queue };
}

function decode(payloadBase64: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(payloadBase64, 'base64').toString('utf8'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
