import { MODELS } from '../../models/index.ts';
import type { IngestionModel } from '../../models/model.ts';
import type { SearchDocument, SearchQuery } from '../../search-engines/search-engine.ts';
import { WireError } from './wire-error.ts';

/** An action of a bulk. */
export type BulkAction =
  | { readonly kind: 'index'; readonly indexName: string; readonly document: SearchDocument }
  | { readonly kind: 'delete'; readonly indexName: string; readonly id: string };

/** Reads the lines of a bulk. @throws {WireError} 400 */
export function readBulk(text: string): readonly BulkAction[] {
  const lines = text.split('\n').filter((line) => line !== '');
  const actions: BulkAction[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const action = objectOf(JSON.parse(lines[at] ?? ''));
    const [kind = ''] = Object.keys(action);
    const { _index, _id } = objectOf(action[kind]);
    if (typeof _index !== 'string' || typeof _id !== 'string')
      throw illegal(`no index or id in line ${at + 1}`);
    if (kind === 'delete') {
      actions.push({ kind, indexName: _index, id: _id });
      continue;
    }
    if (kind !== 'index') throw illegal(`the action ${kind} is not known`);
    at += 1;
    actions.push({ kind, indexName: _index, document: { id: _id, fields: JSON.parse(lines[at] ?? '') } });
  }
  return actions;
}

/** Reads a search, as far as the ingestion app uses searches. @throws {WireError} 400 */
export function readSearch(body: unknown): SearchQuery {
  const { query, size = 10 } = objectOf(body);
  const { must = [], filter = [] } = objectOf(objectOf(query ?? { bool: {} })['bool']);
  const words = listOf(must).map((clause) => textOf(objectOf(objectOf(clause)['multi_match'])['query']));
  const terms = listOf(filter).flatMap((clause) => Object.entries(objectOf(objectOf(clause)['term'])));
  const filters: Record<string, string | number | boolean> = {};
  for (const [name, value] of terms) {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      throw illegal(`the value of ${name} cannot be searched for`);
    }
    filters[name] = value;
  }
  return { words: words.join(' '), filters, limit: Number(size) };
}

/** Returns the texts that phrases of a list of clauses look for, each once. @throws {WireError} 400 */
export function readPhrases(clauses: unknown): readonly string[] {
  const phrases = listOf(clauses).flatMap((clause) =>
    Object.values(objectOf(objectOf(clause)['match_phrase'])).map(textOf),
  );
  return [...new Set(phrases)];
}

/** Returns the model whose indexes have such names. @throws {WireError} 400 */
export function modelOfIndex(indexName: string): IngestionModel {
  const model = [...MODELS.values()].find(({ name }) => indexName.startsWith(`${name}-`));
  if (!model) throw illegal(`the stand-in knows no model for ${indexName}`);
  return model;
}

/** Returns an object of JSON. @throws {WireError} 400 */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw illegal('an object is missing');
  return { ...value };
}

/** Returns a list of JSON. @throws {WireError} 400 */
export function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw illegal('a list is missing');
  return value;
}

/** Returns a text of JSON. @throws {WireError} 400 */
export function textOf(value: unknown): string {
  if (typeof value !== 'string') throw illegal('a text is missing');
  return value;
}

function illegal(reason: string): WireError {
  return new WireError(400, 'illegal_argument_exception', reason);
}
