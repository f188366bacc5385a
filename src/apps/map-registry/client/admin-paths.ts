/** The ids of the lists in the admin. */
export const ENDPOINTS = 'registry-endpoints';
export const SERVICES = 'registry-services';
export const LAYERS = 'registry-layers';
export const ISSUES = 'registry-issues';
export const CATALOGS = 'registry-catalogs';

/** The page of a record in the admin, where actions are. It asks for a login. */
export function adminRecordPath(list: string, uuid: string): string {
  return `/admin/resources/${list}/records/${uuid}/show`;
}
