import type { Knex } from 'knex';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { faultOfText } from '../../../platform/database/storable-text.ts';
import type { Catalog } from '../layers/layer.ts';
import { toRowId } from '../layers/row-key.ts';
import type { RegistryTasks } from '../registry-tasks.ts';

/** A catalogue cannot be stored or deleted as it is. The message is a sentence for people. */
export class CatalogConflictError extends Error {
  override readonly name = 'CatalogConflictError';
}

/** What a catalogue is created with. */
export interface NewCatalog {
  readonly slug: string;
  readonly name: string;
  readonly url: string | null;
}

const COLUMNS = ['id', 'slug', 'name', 'url', 'index_generation AS indexGeneration'] as const;

/** Returns the catalogue of a slug; `undefined` where there is none, and where the text is no slug. */
export async function findCatalog(
  database: DatabaseOrTransaction,
  slug: string,
): Promise<Catalog | undefined> {
  if (faultOfText(slug)) return undefined;
  return database<Catalog>('map_registry.catalogs')
    .where({ slug })
    .first(...COLUMNS);
}

/** Returns the catalogue of an id; `undefined` where there is none, and where the text is no id. */
export async function findCatalogById(
  database: DatabaseOrTransaction,
  id: string,
): Promise<Catalog | undefined> {
  const rowId = toRowId(id);
  if (rowId === undefined) return undefined;
  return database<Catalog>('map_registry.catalogs')
    .where({ id: rowId })
    .first(...COLUMNS);
}

/**
 * Returns catalogues in the order of their ids.
 *
 * @param after the id that the page before ended with.
 */
export async function listCatalogs(
  database: DatabaseOrTransaction,
  { after = '0', limit }: { readonly after?: string; readonly limit: number },
): Promise<readonly Catalog[]> {
  return database<Catalog>('map_registry.catalogs')
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .select(...COLUMNS);
}

/** Stores a new catalogue. @throws {CatalogConflictError} where its slug is taken. */
export async function createCatalog(
  database: DatabaseOrTransaction,
  { slug, name, url }: NewCatalog,
): Promise<Catalog> {
  const [created] = await database('map_registry.catalogs')
    .insert({ slug, name, url })
    .onConflict('slug')
    .ignore()
    .returning<Catalog[]>([...COLUMNS]);
  if (!created) throw new CatalogConflictError(`There is a catalogue with the slug "${slug}" already.`);
  return created;
}

/** Changes the name and the URL of a catalogue; its slug stays. Returns `undefined` where it is gone. */
export async function changeCatalog(
  database: DatabaseOrTransaction,
  id: string,
  changes: { readonly name?: string; readonly url?: string | null },
): Promise<Catalog | undefined> {
  const [changed] = await database('map_registry.catalogs')
    .where({ id })
    .update(changes)
    .returning<Catalog[]>([...COLUMNS]);
  return changed;
}

/** Makes another generation of the index of a catalogue: nothing that was sent to the one before comes into it. */
export async function renewIndex(transaction: Knex.Transaction, id: string): Promise<void> {
  await transaction('map_registry.catalogs')
    .where({ id })
    .update({ index_generation: transaction.raw('left(gen_random_uuid()::text, 8)') });
}

/**
 * Deletes a catalogue that has neither endpoints nor services, nor layers in the index. Its index goes by a task.
 *
 * @returns whether it was there.
 * @throws {CatalogConflictError} where it is not empty.
 */
export async function deleteCatalog(
  transaction: Knex.Transaction,
  tasks: RegistryTasks,
  id: string,
): Promise<boolean> {
  const catalog = await findCatalogById(transaction, id);
  if (!catalog) return false;
  try {
    const { rows } = await transaction.raw<{ rows: { isDeleted: boolean }[] }>(
      `WITH deleted AS (
         DELETE FROM map_registry.catalogs
         WHERE id = :id::bigint AND NOT EXISTS (SELECT FROM map_registry.layers_to_index WHERE catalog_id = :id::bigint)
         RETURNING id
       )
       SELECT EXISTS (SELECT FROM deleted) AS "isDeleted" FROM map_registry.catalogs WHERE id = :id::bigint`,
      { id },
    );
    const [found] = rows;
    if (!found) return false;
    if (found.isDeleted) {
      await tasks.clearIndex(transaction, catalog);
      return true;
    }
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error;
    throw new CatalogConflictError('The catalogue has endpoints or services; it has to be empty.', {
      cause: error,
    });
  }
  throw new CatalogConflictError(
    'Layers of the catalogue still have to be removed from the index. Try again in a minute.',
  );
}

function isForeignKeyViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23503';
}
