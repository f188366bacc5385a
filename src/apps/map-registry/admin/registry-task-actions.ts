import { type AdminAction, AdminActionError } from '../../../app-kit/admin/action.ts';
import { asText } from '../../../app-kit/admin/list-query.ts';
import { REGISTRY_TASK_NAMES, RegistryTaskRunner } from '../registry-task-runner.ts';
import { REGISTRY_TASKS } from './resources.ts';

/** The tasks of the whole registry. */
export const registryTaskActions: readonly AdminAction[] = REGISTRY_TASK_NAMES.map((name) => ({
  name,
  resource: REGISTRY_TASKS,
  async run(context, { input }) {
    const catalog = name === 'clear_index' ? asText(input['catalog']) : undefined;
    const isKnown = await new RegistryTaskRunner(context).run(name, catalog);
    if (!isKnown) throw new AdminActionError(`There is no catalogue "${catalog}".`);
    return name === 'drop_cached' ? 'The list of layers to index is empty.' : `The task ${name} is enqueued.`;
  },
}));
