import { type AdminAction, AdminActionError } from '../../../app-kit/admin/action.ts';
import { asText } from '../../../app-kit/admin/list-query.ts';
import { rowOfKey } from '../../../app-kit/admin/row-keys.ts';
import { faultOfSlug, slugOf } from '../catalogs/catalog-slug.ts';
import { CatalogConflictError, createCatalog, deleteCatalog } from '../catalogs/stored-catalogs.ts';
import { readWebAddress } from '../endpoints/web-address.ts';
import { registryTasksOf } from '../tasks.ts';
import { CATALOGS } from './resources.ts';

const LONGEST_NAME = 200;

/** What operators do with catalogues. */
export const catalogActions: readonly AdminAction[] = [
  {
    name: 'create',
    resource: CATALOGS,
    async run({ platform: { database } }, { input }) {
      const name = asText(input['name'])?.slice(0, LONGEST_NAME);
      if (name === undefined) throw new AdminActionError('A catalogue needs a name.');
      const slug = asText(input['slug']) ?? slugOf(name);
      const fault = faultOfSlug(slug);
      if (fault !== undefined) throw new AdminActionError(fault);
      const url = readUrl(asText(input['url']));
      await refuseConflicts(() => createCatalog(database, { slug, name, url }));
      return { message: `Created the catalogue "${name}".`, count: 1 };
    },
  },
  {
    name: 'delete',
    resource: CATALOGS,
    async run({ platform, queue }, { ids }) {
      const [id] = ids.flatMap((key) => rowOfKey(key) ?? []);
      if (id === undefined || ids.length > 1) throw new AdminActionError('Delete one catalogue at a time.');
      const tasks = registryTasksOf(platform, queue);
      const wasThere = await refuseConflicts(() =>
        platform.database.transaction((transaction) => deleteCatalog(transaction, tasks, id)),
      );
      return { message: wasThere ? 'Deleted the catalogue.' : 'It is gone.', count: wasThere ? 1 : 0 };
    },
  },
];

function readUrl(text: string | undefined): string | null {
  if (text === undefined) return null;
  const address = readWebAddress(text);
  if ('fault' in address) throw new AdminActionError(address.fault);
  return address.url;
}

async function refuseConflicts<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (error instanceof CatalogConflictError) throw new AdminActionError(error.message, { cause: error });
    throw error;
  }
}
