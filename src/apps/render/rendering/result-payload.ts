import type { JsonObject } from './json-object.ts';

/** What a result says of the task that it belongs to, besides what the original service says. */
export interface ResultOrigin {
  /** The id of the task, as clients know it. */
  readonly taskId: string;
  readonly resourceSlug?: string | undefined;
  readonly resourceView?: string | undefined;
}

/** Returns the result of a task that was not rendered. */
export function failedResult({ error, ...origin }: ResultOrigin & { readonly error: string }): JsonObject {
  return {
    kind: 'result#document',
    success: false,
    filename: null,
    document: null,
    ...originFields(origin),
    error,
  };
}

/** Returns the result of a document that is part of it. */
export function inlineResult({
  filename,
  documentBase64,
  seed,
  pages,
  ...origin
}: ResultOrigin & {
  readonly filename: string;
  readonly documentBase64: string;
  readonly seed: number;
  readonly pages: number;
}): JsonObject {
  return {
    kind: 'result#document',
    success: true,
    filename,
    document: documentBase64,
    ...originFields(origin),
    seed,
    pages,
  };
}

/** Returns the result of a document that is stored elsewhere. */
export function linkedResult({
  filename,
  url,
  seed,
  pages,
  ...origin
}: ResultOrigin & {
  readonly filename: string;
  readonly url: string;
  readonly seed: number;
  readonly pages: number;
}): JsonObject {
  return { kind: 'result#link', success: true, url, ...originFields(origin), filename, seed, pages };
}

/** Returns a payload as clients expect it: JSON in ASCII, as base64. */
export function encodePayload(payload: JsonObject): string {
  const json = JSON.stringify(payload).replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return Buffer.from(json, 'latin1').toString('base64');
}

function originFields({ taskId, resourceSlug = null, resourceView = null }: ResultOriginOrNull): JsonObject {
  return { task_id: taskId, resource_slug: resourceSlug, resource_view: resourceView };
}

type ResultOriginOrNull = {
  readonly taskId: string;
  readonly resourceSlug?: string | null | undefined;
  readonly resourceView?: string | null | undefined;
};
