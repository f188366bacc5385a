import type { Router } from 'express';
import type { AppContext } from '../app-context.ts';
import type { AdminAction } from './action.ts';
import type { AdminResource } from './resource.ts';

/** What an app brings to the admin. Its pages in the browser are found by convention, in `admin/pages/index.ts`. */
export interface AppAdmin {
  /** Its tables, as the admin shows them. */
  readonly resources: readonly AdminResource[];
  /** What its pages read: GET alone, mounted at `/admin/api/apps/{name}`, for everybody who is signed in. */
  readonly router?: (context: AppContext) => Router;
  /** What operators do on those pages. */
  readonly actions?: readonly AdminAction[];
}
