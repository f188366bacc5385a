import type { Database } from '../../../platform/database/connection.ts';
import { isJsonObject, type JsonObject } from '../rendering/json-object.ts';
import { selectTasks, tasksThatMatch } from './lists.ts';
import type { TaskDetail, TaskRow } from './shapes.ts';

/** Characters of a payload that is no JSON. */
const SHOWN_CHARACTERS = 2_000;

/** What stands in the place of a document. */
const DOCUMENT = '(the PDF, in base64)';

interface StoredTask extends TaskRow {
  readonly payload: string;
  readonly leasedUntil: string;
  readonly renderedBy: string | null;
}

/** Reads one task, with its payload decoded; `undefined` if there is none. */
export async function readTaskPage(database: Database, id: string): Promise<TaskDetail | undefined> {
  const [found] = await selectTasks<StoredTask>(
    database,
    tasksThatMatch(database, {})
      .where('tasks.id', id)
      .select(
        'tasks.payload',
        'tasks.rendered_by AS renderedBy',
        database.raw(
          `to_char(to_timestamp(least(tasks.leased_until_us, 32503680000000000) / 1000000.0) AT TIME ZONE 'UTC',
             'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "leasedUntil"`,
        ),
      ),
  );
  if (!found) return undefined;
  const { payload: encoded, ...task } = found;
  const payload = decode(encoded);
  const { document, url } = payload ?? {};
  return {
    ...task,
    payload: typeof document === 'string' ? { ...payload, document: DOCUMENT } : (payload ?? null),
    payloadStart: payload ? null : encoded.slice(0, SHOWN_CHARACTERS),
    hasDocument: typeof document === 'string' && readPdf(document) !== undefined,
    documentUrl:
      typeof url === 'string' && /^https?:/.test(url) && payload?.['kind'] === 'result#link' ? url : null,
  };
}

/** Returns the PDF in the payload of a task; `undefined` if there is none. */
export async function readDocument(
  database: Database,
  id: string,
): Promise<{ readonly pdf: Buffer; readonly filename: string } | undefined> {
  const found: { payload: string } | undefined = await database('render.tasks')
    .where({ id })
    .first('payload');
  const { document, filename } = (found && decode(found.payload)) ?? {};
  const pdf = typeof document === 'string' ? readPdf(document) : undefined;
  return pdf && { pdf, filename: typeof filename === 'string' ? filename : 'document.pdf' };
}

function readPdf(documentBase64: string): Buffer | undefined {
  const bytes = Buffer.from(documentBase64, 'base64');
  return bytes.subarray(0, 5).toString('latin1') === '%PDF-' ? bytes : undefined;
}

function decode(payloadBase64: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(payloadBase64, 'base64').toString('utf8'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
