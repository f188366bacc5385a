import type { DescribedTask, TaskDescription } from '../../../app-kit/admin/task-description.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { toRowId } from '../layers/row-key.ts';
import { ENDPOINTS, LAYERS, REGISTRY_TASKS, SERVICES } from './resources.ts';

interface FoundRow {
  readonly id: string;
  readonly uuid: string;
  readonly title: string;
}

/** What tasks about one thing do to it. */
const VERBS: Readonly<Record<string, string>> = {
  'map_registry.update_endpoint': 'Look at',
  'map_registry.ask_services': 'Ask services at other hosts of',
  'map_registry.read_drawings': 'Read how layers are drawn',
  'map_registry.update_last_wm_layers': 'Read the newest layers of',
  'map_registry.check_service': 'Check',
  'map_registry.check_layer': 'Check',
  'map_registry.remove_service_checks': 'Remove the checks of',
};

/** Tasks of the whole registry. */
const UPKEEP: Readonly<Record<string, string>> = {
  'map_registry.check_all_services': 'Check all services',
  'map_registry.index_cached_layers': 'Index the layers that are noted',
  'map_registry.index_all_layers': 'Note all layers for the index',
  'map_registry.clear_index': 'Empty the index of a catalogue',
  'map_registry.unindex_layers_with_issues': 'Remove layers with open issues from the index',
  'map_registry.prune_checks': 'Remove old checks',
  'map_registry.tidy_tiles': 'Remove old tiles',
};

/** Says of each task which endpoint, service or layer it is about. */
export async function describeTasks(
  { platform: { database } }: AppContext,
  tasks: readonly DescribedTask[],
): Promise<ReadonlyMap<string, TaskDescription>> {
  const [endpoints, services, layers] = await Promise.all([
    find(database, 'endpoints', 'url', idsIn(tasks, 'endpointId')),
    find(database, 'services', `coalesce(nullif(title, ''), url)`, idsIn(tasks, 'serviceId')),
    find(database, 'layers', `coalesce(nullif(title, ''), name)`, idsIn(tasks, 'layerId')),
  ]);
  return new Map(
    tasks.flatMap((task) => {
      const { args } = task;
      const description =
        describe(task, ENDPOINTS, endpoints.get(String(args['endpointId']))) ??
        describe(task, SERVICES, services.get(String(args['serviceId']))) ??
        describe(task, LAYERS, layers.get(String(args['layerId']))) ??
        describeUpkeep(task);
      return description ? [[task.id, description] as const] : [];
    }),
  );
}

function describe(
  { func }: DescribedTask,
  list: string,
  row: FoundRow | undefined,
): TaskDescription | undefined {
  return (
    row && {
      title: `${VERBS[func] ?? func}: ${row.title}`,
      path: `/resources/${list}/records/${row.uuid}/show`,
    }
  );
}

function describeUpkeep({ func }: DescribedTask): TaskDescription | undefined {
  const title = UPKEEP[func];
  return title === undefined ? undefined : { title, path: `/resources/${REGISTRY_TASKS}` };
}

function idsIn(tasks: readonly DescribedTask[], name: string): readonly string[] {
  return tasks.flatMap(({ args }) => toRowId(String(args[name])) ?? []);
}

async function find(
  database: Database,
  table: 'endpoints' | 'services' | 'layers',
  title: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FoundRow>> {
  if (ids.length === 0) return new Map();
  const rows: FoundRow[] = await database(`map_registry.${table}`)
    .whereIn('id', ids)
    .select('id', 'uuid', database.raw(`${title} AS title`));
  return new Map(rows.map((row) => [row.id, row]));
}
