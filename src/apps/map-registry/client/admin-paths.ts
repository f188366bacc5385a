/** The page of a record in the admin, where actions are. It asks for a login. */
export function adminRecordPath(list: string, uuid: string): string {
  return `/admin/resources/${list}/records/${uuid}/show`;
}
