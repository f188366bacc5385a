// What the page of the search reads, as JSON.

import type { SearchHit } from '../../app-kit/admin/search-hit.ts';

/** What was found in one part of the site: in an app, or among the tasks. */
export interface SearchGroup {
  /** For people: `Renderings`. */
  readonly title: string;
  readonly hits: readonly SearchHit[];
  /** Whether this part failed, or was too slow. */
  readonly hasFailed: boolean;
}

/** What a search found; parts without hits are left out. */
export interface SearchAnswer {
  readonly groups: readonly SearchGroup[];
}
