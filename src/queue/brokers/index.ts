import type { Platform } from '../../platform/platform.ts';
import { queueSettings } from '../settings.ts';
import type { Broker } from './broker.ts';
import { PostgresBroker } from './postgres/postgres-broker.ts';
import { SqsBroker } from './sqs/sqs-broker.ts';
import { SqsError } from './sqs/sqs-error.ts';

/**
 * The broker of a queue, as the settings name it.
 *
 * @param options for engines: the most tasks with one fairness key that engines hold at a time; no limit where absent.
 * @throws {SqsError} if the queue's name cannot be one at Amazon.
 */
export function createBroker(
  platform: Platform,
  queueName: string,
  { mostOfFairnessKey }: { readonly mostOfFairnessKey?: number | undefined } = {},
): Broker {
  const { database, logger, settings, silenceTimeoutSeconds } = platform;
  const { sqsQueueName, queueName: defaultQueueName } = platform.settingsOf(queueSettings);
  if (sqsQueueName === undefined) {
    return new PostgresBroker({
      database,
      databaseUrl: settings.databaseUrl,
      silenceTimeoutSeconds,
      queueName,
      logger,
      mostOfFairnessKey,
    });
  }
  return new SqsBroker({
    database,
    queueName,
    sqsQueueName: queueName === defaultQueueName ? sqsQueueName : sqsNameOf(sqsQueueName, queueName),
    endpoint: settings.aws.sqsEndpoint,
    network: settings.aws.network,
    logger,
  });
}

/** Queues beside the one that is served where nothing else is said have its name at SQS, and their own behind it. */
function sqsNameOf(sqsQueueName: string, queueName: string): string {
  const name = `${sqsQueueName}-${queueName}`;
  if (/^[A-Za-z0-9_-]{1,80}$/.test(name)) return name;
  throw new SqsError(
    `The queue ${queueName} would be ${name} at Amazon SQS, where names have up to 80 letters, digits, dashes and underscores; give it another name`,
  );
}
