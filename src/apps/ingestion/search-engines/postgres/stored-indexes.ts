import type { Knex } from 'knex';
import type { DatabaseOrTransaction } from '../../../../platform/database/connection.ts';
import { IndexNotFoundError } from '../../../../platform/search-engines/search-engine-errors.ts';
import type { IndexDeclaration, IngestionModel } from '../../models/model.ts';
import type { DescribedName, IndexFigures } from '../search-engine.ts';
import { IndexInUseError, NameTakenError } from '../search-engine-errors.ts';
import { lockNames } from './search-schema.ts';

/** An index, as `search.indexes` lists it. */
export interface StoredIndex {
  readonly name: string;
  /** The table of the documents, with its schema, as SQL. */
  readonly table: string;
  /** The name of the index of the words, as SQL. */
  readonly wordsIndex: string;
  readonly fields: IndexDeclaration['fields'];
}

/** Returns the index that has a name, or that an alias points to. @throws {IndexNotFoundError} */
export async function resolveIndex(database: DatabaseOrTransaction, name: string): Promise<StoredIndex> {
  const found = await database('search.indexes')
    .where({ name })
    .orWhereIn('name', database('search.aliases').where({ alias: name }).select('index_name'))
    .first<{ name: string; number: string; fields: IndexDeclaration['fields'] } | undefined>(
      'name',
      'number',
      'fields',
    );
  if (!found) throw new IndexNotFoundError(name);
  return {
    name: found.name,
    table: tableOf(found.number),
    wordsIndex: `documents_${BigInt(found.number)}_words`,
    fields: found.fields,
  };
}

/** Returns the index that has a name; an alias is none. @throws {IndexNotFoundError} */
export async function findIndex(database: DatabaseOrTransaction, name: string): Promise<StoredIndex> {
  const index = await resolveIndex(database, name);
  if (index.name !== name) throw new IndexNotFoundError(name);
  return index;
}

/** Returns what a name is. */
export async function describeName(database: DatabaseOrTransaction, name: string): Promise<DescribedName> {
  const alias = await database('search.aliases')
    .where({ alias: name })
    .first<{ indexName: string } | undefined>('index_name AS indexName');
  if (alias) return { kind: 'alias', indexName: alias.indexName };
  const index = await database('search.indexes').where({ name }).first('name');
  if (!index) return { kind: 'missing' };
  return { kind: 'index', aliases: await aliasesOf(database, name) };
}

/** Creates an index, if there is none of this name. @throws {NameTakenError} */
export async function insertIndex(
  transaction: Knex.Transaction,
  name: string,
  model: IngestionModel,
): Promise<void> {
  await lockNames(transaction);
  const described = await describeName(transaction, name);
  if (described.kind === 'alias') throw new NameTakenError(`${name} is an alias`);
  if (described.kind === 'index') return;
  const rows = await transaction('search.indexes')
    .insert({ name, model: model.name, fields: JSON.stringify(model.index.fields) })
    .returning<{ number: string }[]>('number');
  const number = rows[0]?.number ?? '';
  // `words` holds the words of all text fields, by their weights. Its index is built when the documents are loaded.
  await transaction.raw(
    `CREATE TABLE ${tableOf(number)} (id bigint PRIMARY KEY, document jsonb NOT NULL, words tsvector NOT NULL)`,
  );
}

/** Deletes an index. @throws {IndexInUseError} @throws {NameTakenError} if the name is that of an alias. */
export async function dropIndex(transaction: Knex.Transaction, name: string): Promise<void> {
  await lockNames(transaction);
  const described = await describeName(transaction, name);
  if (described.kind === 'missing') return;
  if (described.kind === 'alias') throw new NameTakenError(`${name} is an alias`);
  if (described.aliases.length > 0) throw new IndexInUseError(name, described.aliases);
  const { table } = await findIndex(transaction, name);
  await transaction.raw(`DROP TABLE ${table}`);
  await transaction('search.indexes').where({ name }).delete();
}

/** Points an alias to an index. @throws {IndexNotFoundError} @throws {NameTakenError} */
export async function storeAlias(
  transaction: Knex.Transaction,
  alias: string,
  indexName: string,
): Promise<void> {
  await lockNames(transaction);
  await findIndex(transaction, indexName);
  const described = await describeName(transaction, alias);
  if (described.kind === 'index') throw new NameTakenError(`${alias} is an index`);
  await transaction('search.aliases')
    .insert({ alias, index_name: indexName })
    .onConflict('alias')
    .merge(['index_name']);
}

/** Lists indexes, by name. A count is that of the last time when the index was finished; before, an estimate. */
export async function listStoredIndexes(
  database: DatabaseOrTransaction,
  limit: number,
): Promise<readonly IndexFigures[]> {
  const { rows } = await database.raw<{ rows: IndexFigures[] }>(
    `SELECT name,
       coalesce(document_count, greatest(class.reltuples, 0))::float8 AS "documentCount",
       pg_total_relation_size(class.oid)::float8 AS bytes,
       ARRAY(SELECT alias::text FROM search.aliases WHERE index_name = name ORDER BY alias) AS aliases
     FROM search.indexes
     JOIN pg_class class ON class.oid = to_regclass('search.documents_' || number)
     ORDER BY name LIMIT ?`,
    [limit],
  );
  return rows;
}

async function aliasesOf(database: DatabaseOrTransaction, indexName: string): Promise<readonly string[]> {
  return database('search.aliases')
    .where({ index_name: indexName })
    .orderBy('alias')
    .pluck<string[]>('alias');
}

function tableOf(number: string): string {
  return `search.documents_${BigInt(number)}`;
}
