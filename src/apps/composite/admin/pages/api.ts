import { callAdmin } from '../../../../app-kit/pages/index.ts';

const ROOT = '/api/apps/composite';

/** Where this app's pages read. */
export function dataPath(path: string): string {
  return `${ROOT}${path}`;
}

/** Does something to collections or members; returns what was done, for people. @throws {AdminCallError} */
export async function act(
  resource: 'collections' | 'members',
  action: string,
  ids: readonly string[],
  input: object = {},
): Promise<string> {
  const { message } = await callAdmin<{ message: string }>(`${ROOT}/actions/${resource}/${action}`, {
    ...input,
    ids,
  });
  return message;
}

/** Returns the whole origin of a member, which the audit log notes. @throws {AdminCallError} */
export async function revealOrigin(memberId: string): Promise<string> {
  const { secret } = await callAdmin<{ secret: string }>(`${ROOT}/actions/members/reveal`, {
    ids: [memberId],
  });
  return secret;
}
