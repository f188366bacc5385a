import type { AdminSite, SiteResource } from '../admin/admin-site.ts';
import type { SiteApp } from '../admin/site-app.ts';

/** What the server writes into the page for the scripts, as far as our pages read it. */
export interface SiteState {
  readonly paths: { readonly rootPath: string; readonly loginPath: string; readonly logoutPath: string };
  readonly session: { readonly id: string; readonly email: string; readonly role?: string } | null;
}

declare global {
  interface Window {
    /** AdminJS's own. */
    readonly REDUX_STATE: SiteState;
    /** What the admin adds. */
    readonly ADMIN_SITE: AdminSite;
  }
}

/** Returns the paths of the site, and who is signed in. */
export function readSiteState(): SiteState {
  return window.REDUX_STATE;
}

/** Returns the installed apps, in the order of `INSTALLED_APPS`. */
export function readSiteApps(): readonly SiteApp[] {
  return window.ADMIN_SITE.apps;
}

/** Returns the lists of the navigation, as far as the administrator may see them. */
export function readSiteResources(): readonly SiteResource[] {
  return window.ADMIN_SITE.resources;
}

/** Whether the administrator who is signed in may change things. The server checks that as well. */
export function mayAct(): boolean {
  const role = readSiteState().session?.role;
  return role === 'operator' || role === 'superuser';
}
