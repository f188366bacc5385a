import { callAdmin } from '../../../app-kit/pages/index.ts';

const ROOT = '/api/people';

/** Where the pages of people read. */
export function peoplePath(path: string): string {
  return `${ROOT}${path}`;
}

/** Creates an administrator. Returns the id. @throws {AdminCallError} */
export async function createAdministrator(form: object): Promise<string> {
  const { id } = await callAdmin<{ id: string }>(`${ROOT}/administrators`, form);
  return id;
}

/** Does something to an administrator; returns what was done. @throws {AdminCallError} */
export async function actOnAdministrator(id: string, action: string, form: object = {}): Promise<string> {
  const { message } = await callAdmin<{ message: string }>(`${ROOT}/administrators/${id}/${action}`, form);
  return message;
}
