import type { Knex } from 'knex';
import { asPlace } from '../../app-kit/admin/list-query.ts';
import { readNewestBy } from '../../app-kit/admin/newest-rows.ts';
import type { RowPage } from '../../app-kit/admin/row-page.ts';
import type { Database } from '../../platform/database/connection.ts';
import { isoTimestamp } from '../../platform/database/timestamps.ts';
import { isUuid } from '../../platform/uuid.ts';
import type { AdministratorRow } from './shapes.ts';

/** One page of the administrators, newest first. */
export function listAdministrators(
  database: Database,
  page: string | undefined,
): Promise<RowPage<AdministratorRow>> {
  return readNewestBy(
    database,
    {
      table: 'admin.administrators',
      newestBy: 'created',
      matching: () => database('admin.administrators'),
      select: (query) => select(database, query),
      placeOf: ({ created, id }) => ({ moment: created, id }),
    },
    asPlace(page),
  );
}

/** One administrator; undefined if there is none. */
export async function readAdministrator(
  database: Database,
  id: string,
): Promise<AdministratorRow | undefined> {
  return isUuid(id) ? select(database, database('admin.administrators').where({ id })).first() : undefined;
}

function select(database: Database, query: Knex.QueryBuilder): Knex.QueryBuilder<object, AdministratorRow[]> {
  return query.select(
    'id',
    'username',
    'email',
    'role',
    'disabled AS isDisabled',
    isoTimestamp(database, 'created', 'created'),
    isoTimestamp(database, 'last_login', 'lastLogin'),
  );
}
