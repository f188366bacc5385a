import type { ComponentType } from 'react';
import type { States } from './states.ts';

/**
 * Pages of resources, by their ids: the list, and one record of it. A resource without pages of its own is shown by the
 * columns that it describes.
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

/** What the module `admin/pages/index.ts` of an app exports. */
export interface AppPages {
  readonly pages: AdminPages;
  /** The words of its states, and how each one looks. They count on the pages of this app alone. */
  readonly states?: States;
}
