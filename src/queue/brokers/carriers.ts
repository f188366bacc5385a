import type { Database } from '../../platform/database/connection.ts';
import type { Carrier } from './carrier.ts';
import { PostgresCarrier } from './postgres/postgres-carrier.ts';
import { SqsCarrier } from './sqs/sqs-carrier.ts';

/**
 * Returns every kind of carrier, not only the one of the settings: after a change from one to the other, tasks may be left
 * with the first.
 */
export function allCarriers(database: Database): readonly Carrier[] {
  return [new PostgresCarrier(database), new SqsCarrier(database)];
}
