import { readSiteState } from './site-state.ts';

/** A path below the admin's root as a path of the site: `/resources/members`. */
export function adminPath(path: string): string {
  return `${readSiteState().paths.rootPath}${path}`;
}

/** The page of a resource's list. */
export function listPath(resource: string): string {
  return `/resources/${resource}`;
}

/** The page of one record. */
export function recordPath(resource: string, id: string): string {
  return `/resources/${resource}/records/${encodeURIComponent(id)}/show`;
}
