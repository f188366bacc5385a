import { callAdmin } from '../../../../app-kit/pages/index.ts';

/** Does something to tasks; returns what was done, for people. @throws {AdminCallError} */
export async function act(action: string, ids: readonly string[]): Promise<string> {
  const path = `/api/apps/render/actions/pull-tasks/${action}`;
  const { message } = await callAdmin<{ message: string }>(path, { ids });
  return message;
}
