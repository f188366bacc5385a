import type { Router } from 'express';
import type { AppContext } from '../app-context.ts';
import type { AdminAction, AdminMatching } from './action.ts';
import type { AdminPagesResource, AdminResource } from './resource.ts';
import type { SearchHit } from './search-hit.ts';
import type { DescribedTask, TaskDescription } from './task-description.ts';

/** What an app brings to the admin. Its pages in the browser are found by convention, in `admin/pages/index.ts`. */
export interface AppAdmin {
  /** Its lists: tables, as the admin shows them, and those that have pages of the app's own alone. */
  readonly resources: readonly (AdminResource | AdminPagesResource)[];
  /** What its pages read: GET alone, mounted at `/admin/api/apps/{name}`, for everybody who is signed in. */
  readonly router?: (context: AppContext) => Router;
  /** What operators do on those pages. */
  readonly actions?: readonly AdminAction[];
  /** The lists whose actions can be done to everything that matches. */
  readonly matching?: readonly AdminMatching[];
  readonly search?: AppSearch;
  /**
   * Describes tasks of the app's functions, by their ids, with one query for all of them. A task that is left out is
   * shown by its own name. A page waits for it only for a short time, and does without where it fails.
   */
  readonly describeTasks?: (
    context: AppContext,
    tasks: readonly DescribedTask[],
  ) => Promise<ReadonlyMap<string, TaskDescription>>;
}

/** What the search of the admin finds of an app. */
export interface AppSearch {
  /** What it finds, for people: `members, collections`. */
  readonly searchable: string;
  /**
   * Finds what the text means: an id, its beginning, words. Every query needs an index and a limit.
   *
   * @returns at most {@link MOST_SEARCH_HITS}, the best first. A hit may lead to a list that has all of them.
   */
  readonly find: (context: AppContext, text: string) => Promise<readonly SearchHit[]>;
}

/** How many hits an app returns for one search. */
export const MOST_SEARCH_HITS = 10;
