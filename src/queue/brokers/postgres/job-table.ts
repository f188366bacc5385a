/** Where pg-boss has its tables. */
export const SCHEMA = 'pgboss';
