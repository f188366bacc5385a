import { AdminActionError } from '../../../app-kit/admin/action.ts';
import { asText } from '../../../app-kit/admin/list-query.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { findCatalog } from '../catalogs/stored-catalogs.ts';
import type { Catalog } from '../layers/layer.ts';

/** Returns the catalogue that a form names by its slug. @throws {AdminActionError} */
export async function catalogNamed(database: Database, slug: unknown): Promise<Catalog> {
  const text = asText(slug);
  const catalog = text === undefined ? undefined : await findCatalog(database, text);
  if (!catalog) throw new AdminActionError('Choose a catalogue.');
  return catalog;
}
