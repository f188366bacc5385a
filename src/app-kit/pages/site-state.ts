/** What AdminJS writes into its page for the scripts, as far as our pages read it. */
export interface SiteState {
  readonly paths: { readonly rootPath: string; readonly loginPath: string; readonly logoutPath: string };
  readonly session: { readonly email: string; readonly role?: string } | null;
}

declare global {
  interface Window {
    readonly REDUX_STATE: SiteState;
  }
}

/** The site's paths, and who is signed in. */
export function readSiteState(): SiteState {
  return window.REDUX_STATE;
}

/** Whether who is signed in may act, and not only look. The server checks that for itself. */
export function mayAct(): boolean {
  const role = readSiteState().session?.role;
  return role === 'operator' || role === 'superuser';
}
