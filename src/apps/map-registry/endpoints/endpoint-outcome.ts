import type { Knex } from 'knex';
import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import { storableText } from '../../../platform/database/storable-text.ts';

/** Characters of the message of an endpoint. */
export const LONGEST_MESSAGE = 2_000;

/** Reasons that are kept: more of them do not fit into the message. */
const MOST_REASONS = 100;

/** What came of an endpoint so far. */
export interface EndpointOutcome {
  readonly createdCount: number;
  /** Services at other hosts that are still to be asked. */
  readonly unaskedCount: number;
  /** What was left out, a sentence each. */
  readonly leftOut: readonly string[];
}

/** Stores what came of an endpoint that is a service, in the place of what came of it before. The caller holds its row. */
export async function storeOutcome(
  transaction: Knex.Transaction,
  endpointId: string,
  outcome: EndpointOutcome,
): Promise<void> {
  await write(transaction, endpointId, outcome, {
    processed: transaction.raw('clock_timestamp()'),
    imported: true,
  });
}

/** What came of some services that an endpoint names at another host. */
export interface AskedOutcome {
  readonly askedCount: number;
  readonly createdCount: number;
  readonly leftOut: readonly string[];
}

/** Adds to what came of an endpoint; one that is gone, or was not imported since, has no effect. */
export async function addToOutcome(
  transaction: Knex.Transaction,
  endpointId: string,
  { askedCount, createdCount, leftOut }: AskedOutcome,
): Promise<void> {
  const before: EndpointOutcome | undefined = await transaction('map_registry.endpoints')
    .where({ id: endpointId, imported: true })
    .forUpdate()
    .first('created_count AS createdCount', 'unasked_count AS unaskedCount', 'left_out AS leftOut');
  if (!before) return;
  await write(transaction, endpointId, {
    createdCount: before.createdCount + createdCount,
    unaskedCount: Math.max(0, before.unaskedCount - askedCount),
    leftOut: [...before.leftOut, ...leftOut],
  });
}

async function write(
  transaction: Knex.Transaction,
  endpointId: string,
  outcome: EndpointOutcome,
  changes: object = {},
): Promise<void> {
  await transaction('map_registry.endpoints')
    .where({ id: endpointId })
    .update({
      ...changes,
      created_count: outcome.createdCount,
      unasked_count: outcome.unaskedCount,
      left_out: transaction.raw('?::text[]', [
        arrayLiteral(outcome.leftOut.slice(0, MOST_REASONS).map(storableText)),
      ]),
      message: messageOf(outcome),
    });
}

function messageOf({ createdCount, unaskedCount, leftOut }: EndpointOutcome): string {
  const unasked = unaskedCount === 0 ? [] : [`${unaskedCount} at other hosts are still to be asked`];
  const message = [`${createdCount} service/s created`, ...unasked, ...leftOut].join(' | ');
  return storableText(message.slice(0, LONGEST_MESSAGE));
}
