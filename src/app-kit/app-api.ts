import type { Router } from 'express';
import type { FrontPageLink } from '../platform/http/front-page.ts';
import type { OpenApiFragment } from '../platform/http/open-api.ts';
import type { Accounts } from './accounts.ts';
import type { AppContext } from './app-context.ts';

/** The HTTP API of an app. */
export interface AppApi {
  /**
   * The paths that are the app's, with everything below them: `/customers`. No other app may have them, and requests
   * to other paths do not reach the app's router.
   */
  readonly paths: readonly string[];
  /** Makes its routes, with their whole paths. */
  readonly createRouter: (context: AppContext, accounts: Accounts) => Router;
  /** Its pages for people that the front page of the service leads to. */
  readonly frontPage?: readonly FrontPageLink[];
  /** What the description of the API says of those routes. */
  readonly openApi?: OpenApiFragment;
}
