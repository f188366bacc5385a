/** A row of a table that the admin shows by its description, as JSON. */
export interface TableRow {
  readonly id: string;
  /** By the names of the columns; a list has those alone that it shows. */
  readonly values: Readonly<Record<string, unknown>>;
}
