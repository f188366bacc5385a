/** What is extended of knex's dialect for Postgres; knex brings no types for its dialects. */
declare module 'knex/lib/dialects/postgres/index.js' {
  import { Knex } from 'knex';

  export default class PostgresDialect extends Knex.Client {
    // What a dialect's own methods call each time they need a new connection.
    override acquireRawConnection(): Promise<unknown>;
  }
}
