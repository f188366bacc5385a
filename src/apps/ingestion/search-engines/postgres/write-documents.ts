import { arrayLiteral } from '../../../../platform/database/array-literal.ts';
import type { DatabaseOrTransaction } from '../../../../platform/database/connection.ts';
import { isRefusal } from '../../../../platform/database/refusal.ts';
import { storableJson } from '../../../../platform/database/storable-text.ts';
import { errorMessage } from '../../../../platform/error-message.ts';
import type { IndexDeclaration, TextMapping } from '../../models/model.ts';
import { isDocumentId } from '../document-id.ts';
import { faultOfDocument, type TextField, textFieldsOf, textsAt } from '../field-values.ts';
import { plainWords } from '../plain-words.ts';
import type { BulkOutcome, FailedDocument, SearchDocument } from '../search-engine.ts';
import type { StoredIndex } from './stored-indexes.ts';

/** What one statement stores at most. */
const DOCUMENTS_PER_STATEMENT = 2_000;
const CHARACTERS_PER_STATEMENT = 8_000_000;

/** Fields whose words are stored alike. */
interface TextGroup {
  readonly mapping: Pick<TextMapping, 'language' | 'weight'>;
  readonly fields: readonly TextField[];
}

/** A document as the statement takes it. */
interface PreparedDocument {
  readonly id: string;
  readonly json: string;
  /** Of each group, all words. */
  readonly texts: readonly string[];
}

/** Stores documents in the table of an index. Those that Postgres refuses are found one by one. */
export async function writeDocuments(
  database: DatabaseOrTransaction,
  { table, fields }: StoredIndex,
  documents: readonly SearchDocument[],
  signal: AbortSignal | undefined,
): Promise<BulkOutcome> {
  const groups = textGroupsOf(fields);
  const statement = insertStatement(table, groups);
  const faulty = documents.flatMap((document) => faultOf(document, fields));
  const faultyIds = new Set(faulty.map(({ id }) => id));
  const failed = [...faulty];
  const sound = documents.filter(({ id }) => !faultyIds.has(id));
  for (const batch of batchesOf(sound, groups)) {
    signal?.throwIfAborted();
    failed.push(
      ...(await storeAll(async (some) => {
        await database.raw(statement, bindingsOf(some, groups));
      }, batch)),
    );
  }
  return { storedCount: documents.length - failed.length, failed };
}

function faultOf({ id, fields }: SearchDocument, mapping: IndexDeclaration['fields']): FailedDocument[] {
  if (!isDocumentId(id)) return [{ id, reason: 'The id is no whole number of 64 bits' }];
  const fault = faultOfDocument(fields, mapping);
  return fault === undefined ? [] : [{ id, reason: fault }];
}

function textGroupsOf(fields: IndexDeclaration['fields']): readonly TextGroup[] {
  const groups = Map.groupBy(textFieldsOf(fields), ({ mapping }) => `${mapping.language} ${mapping.weight}`);
  return [...groups.values()].flatMap(([first, ...others]) =>
    first ? [{ mapping: first.mapping, fields: [first, ...others] }] : [],
  );
}

function prepare({ id, fields }: SearchDocument, groups: readonly TextGroup[]): PreparedDocument {
  return {
    id,
    json: storableJson(fields),
    texts: groups.map((group) =>
      plainWords(group.fields.flatMap(({ path }) => textsAt(fields, path)).join(' ')),
    ),
  };
}

function* batchesOf(
  documents: readonly SearchDocument[],
  groups: readonly TextGroup[],
): Generator<readonly PreparedDocument[]> {
  let batch: PreparedDocument[] = [];
  let characters = 0;
  for (const document of documents) {
    const prepared = prepare(document, groups);
    batch.push(prepared);
    characters += prepared.json.length;
    if (batch.length >= DOCUMENTS_PER_STATEMENT || characters >= CHARACTERS_PER_STATEMENT) {
      yield batch;
      batch = [];
      characters = 0;
    }
  }
  if (batch.length > 0) yield batch;
}

function insertStatement(table: string, groups: readonly TextGroup[]): string {
  const texts = groups.map((_group, index) => `text_${index}`);
  const words = groups.map(
    ({ mapping }, index) =>
      `setweight(to_tsvector('pg_catalog.${mapping.language}', text_${index}), '${mapping.weight}')`,
  );
  return `INSERT INTO ${table} AS stored (id, document, words)
    SELECT id, document::jsonb, ${words.length > 0 ? words.join(' || ') : `''::tsvector`}
    FROM unnest(?::bigint[], ?::text[]${', ?::text[]'.repeat(texts.length)}) AS given (${['id', 'document', ...texts].join(', ')})
    ON CONFLICT (id) DO UPDATE SET document = excluded.document, words = excluded.words`;
}

function bindingsOf(documents: readonly PreparedDocument[], groups: readonly TextGroup[]): string[] {
  return [
    arrayLiteral(documents.map(({ id }) => id)),
    arrayLiteral(documents.map(({ json }) => json)),
    ...groups.map((_group, index) => arrayLiteral(documents.map(({ texts }) => texts[index] ?? ''))),
  ];
}

/** A statement that is refused is tried with half of its documents, until it is known which of them are at fault. */
async function storeAll(
  store: (documents: readonly PreparedDocument[]) => Promise<void>,
  documents: readonly PreparedDocument[],
): Promise<readonly FailedDocument[]> {
  try {
    await store(documents);
    return [];
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const [first] = documents;
    if (!first) return [];
    if (documents.length === 1) return [{ id: first.id, reason: errorMessage(error) }];
    const half = Math.ceil(documents.length / 2);
    return [
      ...(await storeAll(store, documents.slice(0, half))),
      ...(await storeAll(store, documents.slice(half))),
    ];
  }
}
