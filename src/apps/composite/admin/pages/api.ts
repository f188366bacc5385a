import { callAdmin } from '../../../../app-kit/pages/index.ts';

const ROOT = '/api/apps/composite';

/** Where this app's pages read. */
export function dataPath(path: string): string {
  return `${ROOT}${path}`;
}

/** Does something to collections or members; answers what to tell whoever asked. @throws {AdminCallError} */
export async function act(
  resource: 'collections' | 'members',
  action: 'resubmit' | 'cancel' | 'delete',
  ids: readonly string[],
  input: object = {},
): Promise<string> {
  const { message } = await callAdmin<{ message: string }>(`${ROOT}/actions/${resource}/${action}`, {
    ...input,
    ids,
  });
  return message;
}
