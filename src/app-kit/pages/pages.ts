import type { ComponentType } from 'react';

/**
 * Pages that take the place of AdminJS's own, by the id of the resource: its list, and one record of it. A resource
 * without any has AdminJS's.
 */
export type AdminPages = Readonly<
  Record<
    string,
    {
      readonly list?: ComponentType;
      readonly show?: ComponentType<{ readonly recordId: string }>;
    }
  >
>;

/** Where the search in the top bar leads. */
export interface AdminSearch {
  /** What can be searched for, as the field says. */
  readonly placeholder: string;
  /** The path below the admin's root, with the text as the query's `search`. */
  readonly path: string;
}
