import { CATALOGS, ENDPOINTS } from '../admin/resources.ts';

/** The form in the admin by which endpoints are added. It asks for a login. */
export const ADD_ENDPOINTS = adminRecordPath(ENDPOINTS, 'new');

/** The list of catalogues in the admin, where they are created. It asks for a login. */
export const ADMIN_CATALOGS = `/admin/resources/${CATALOGS}`;

/** The page of a record in the admin, where actions are. It asks for a login. */
export function adminRecordPath(list: string, uuid: string): string {
  return `/admin/resources/${list}/records/${uuid}/show`;
}
