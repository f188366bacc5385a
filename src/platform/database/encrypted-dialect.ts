// Compilers of what imports this, such as that of the front end, have to find the types too.
/// <reference path="./knex-postgres-dialect.d.ts" />
import type { Knex } from 'knex';
import PostgresDialect from 'knex/lib/dialects/postgres/index.js';
import { connectEncrypted } from './encrypted-connection.ts';

/** Returns knex's dialect for Postgres, with connections that are encrypted as a connection URL says. */
export function encryptedDialect(databaseUrl: string): typeof Knex.Client {
  return class EncryptedDialect extends PostgresDialect {
    override acquireRawConnection(): Promise<unknown> {
      return connectEncrypted(databaseUrl, (encryption) => {
        // The settings are read before this returns, so that attempts side by side do not mix.
        Object.assign(this.connectionSettings, encryption);
        return super.acquireRawConnection();
      });
    }
  };
}
