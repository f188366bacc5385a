import type { JsonValue } from '../../../queue/index.ts';

/**
 * A kind of thing that is copied from upstream, indexed and promoted, such as images. One declaration in this folder is
 * all that a further model needs; `models/index.ts` lists it.
 */
export interface IngestionModel {
  /** Lower-case letters, digits and underscores: `image`. The first part of the names of its indexes: `image-20261128`. */
  readonly name: string;
  /**
   * The tables that are copied and promoted together. The first one is the model's own: it is the one that is indexed.
   * Each needs a whole-number primary key `id`.
   */
  readonly tables: readonly [ModelTable, ...ModelTable[]];
  /** The column of the model's own table by whose values a copy is compared with what is live: `provider`. */
  readonly comparedBy?: string;
  readonly documents: DocumentDeclaration;
  readonly index: IndexDeclaration;
}

/** A table that is copied: columns that both sides have, as they are, except where a treatment says more. */
export interface ModelTable {
  /** Its name in the API's database. */
  readonly name: string;
  /** The table or view upstream that it is read from. */
  readonly upstreamName: string;
  /** Rows that are left out. */
  readonly deletedRows?: RowReference;
  /** By the name of the column; columns without a treatment are copied as they are. */
  readonly columns: Readonly<Record<string, ColumnTreatment>>;
}

/** What is done with a column beside copying it. */
export interface ColumnTreatment {
  /** What rows have where upstream has no such column; `now` is the time of the copy. Default: the live table's default. */
  readonly defaultValue?: number | 'now';
  /** The Postgres type of a column that is added where the live table has none. */
  readonly addedAs?: 'double precision';
  /** How values are cleaned; `clean/` has the rules. */
  readonly cleaned?: CleaningRule;
}

/** `url`: a URL without a scheme gets one. `tags`: tags that say nothing are dropped. */
export type CleaningRule = 'url' | 'tags';

/** Rows that another table of the API's database names. */
export interface RowReference {
  /** The other table, in the schema of the live tables: `api_deletedimage`. It may be missing; then it names no rows. */
  readonly table: string;
  /** The column that has the same values in both: `identifier`. */
  readonly column: string;
}

/** A row of a model's own table: the columns of {@link DocumentDeclaration.columns}, and `id` as text. */
export type ModelRow = Readonly<Record<string, unknown>> & {
  readonly id: string;
  /** Whether {@link DocumentDeclaration.matureRows} names the row. */
  readonly is_listed_as_mature: boolean;
};

/** How rows become documents. */
export interface DocumentDeclaration {
  /** The columns that {@link convert} reads; those that the table lacks are `undefined`. */
  readonly columns: readonly string[];
  /** Rows whose documents are marked as mature. */
  readonly matureRows?: RowReference;
  /**
   * Returns the fields of a row's document; `undefined` if the row has none, because its source has removed it.
   *
   * @throws {Error} if the row cannot be a document; the row is then counted and reported as failed.
   */
  readonly convert: (row: ModelRow) => DocumentFields | undefined;
}

/** The fields of a document, by the names of {@link IndexDeclaration.fields}. */
export type DocumentFields = Readonly<Record<string, JsonValue>>;

/** How an index of the model is made. Each search engine translates it. */
export interface IndexDeclaration {
  /** Primary shards, where the engine has shards. */
  readonly shardCount: number;
  readonly fields: Readonly<Record<string, FieldMapping>>;
  /** The text fields that sensitive terms are looked for in, as dotted names: `tags.name`. */
  readonly sensitiveFields: readonly string[];
}

/** How a field is indexed; fields that are not mapped are stored alone. */
export type FieldMapping =
  | { readonly type: 'long' | 'float' | 'boolean' | 'date' | 'keyword' }
  /** Kept in the document, and not searched. */
  | { readonly type: 'stored' }
  | TextMapping
  /** A number from which ranks are computed. */
  | { readonly type: 'rank-feature'; readonly isNegative?: true }
  | { readonly type: 'object'; readonly fields: Readonly<Record<string, FieldMapping>> };

/** A text that is searched by its words. */
export interface TextMapping {
  readonly type: 'text';
  /** `english` finds inflections; `simple` finds words as they are. */
  readonly language: 'english' | 'simple';
  /** How much a hit counts: A the most. */
  readonly weight: 'A' | 'B' | 'C' | 'D';
  /** Whether hits count alike, however often the word occurs. */
  readonly hasBooleanSimilarity?: true;
  /** Whether the whole value is indexed too, as `<field>.keyword`, up to 256 characters. */
  readonly hasKeyword?: true;
  /** Whether its words are indexed without stemming too, as `<field>.raw`. */
  readonly hasRaw?: true;
}
