/** How the admin shows a column. */
export type AdminColumnKind =
  /** The row's key, a UUID. */
  | 'id'
  | 'text'
  /** Shown whole on the row's page, its first lines in the list. */
  | 'long-text'
  | 'number'
  /** Seconds. */
  | 'duration'
  | 'timestamp'
  /** One word of a few, with a colour. */
  | 'status'
  /** Shown on the row's page alone; sealed values in it as dots. */
  | 'json'
  /** Linked where it starts with http. */
  | 'url'
  /** The id of a row of another resource, linked. */
  | 'reference'
  /** The id of a task, linked to the task's page. */
  | 'task'
  /** How many rows of another resource belong to this one, linked to them. */
  | 'related';

/** One column of an {@link AdminResource}. */
export interface AdminColumn {
  /** The table's column; of another value, the name that it goes by. */
  readonly name: string;
  readonly label: string;
  readonly kind: AdminColumnKind;
  /** What is read instead of a column of that name: an SQL expression. */
  readonly sql?: string;
  /** Whether the list has it; otherwise the row's page alone. */
  readonly listed?: boolean;
  /** Whether the list can be narrowed by it; an index has to serve that. */
  readonly filter?: boolean;
  /** The words of a `status`. */
  readonly values?: readonly string[];
  /** Where a `reference` leads: the id of a resource; of `related`, also its column that holds this row's id. */
  readonly leadsTo?: { readonly resource: string; readonly column?: string };
}

/** A list in the navigation whose pages the app brings itself, both the list and the record. */
export interface AdminPagesResource {
  /** Its part of the admin's addresses. */
  readonly id: string;
  readonly label: string;
}

/** A table that the admin shows, page by page, newest first. Nothing in it can be changed there. */
export interface AdminResource {
  /** Its part of the admin's addresses. */
  readonly id: string;
  readonly label: string;
  /** The group of the navigation. Resources of an app are grouped by the title of their app. */
  readonly group?: string;
  /** The table with its schema, as `schema.table`. */
  readonly table: string;
  /** The rows of the table that it has; otherwise all. */
  readonly where?: Readonly<Record<string, string | boolean>>;
  /** The timestamp that the list is in the order of; an index has to serve that. */
  readonly newestBy: string;
  /** The column that a row goes by. */
  readonly title: string;
  readonly columns: readonly AdminColumn[];
}
