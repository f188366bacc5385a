import type { Platform } from '../../platform/platform.ts';
import type { Broker } from './broker.ts';
import { PostgresBroker } from './postgres-broker.ts';

/** The broker of a queue, as the settings name it. */
export function createBroker(platform: Platform, queueName: string): Broker {
  const { sqsQueueName } = platform.settings.engine;
  if (sqsQueueName !== undefined) {
    platform.logger.warn(
      { sqsQueueName },
      'SQS_BROKER_QUEUE_NAME has no effect in this version: Postgres carries the tasks',
    );
  }
  return new PostgresBroker({
    database: platform.database,
    databaseUrl: platform.settings.databaseUrl,
    queueName,
    logger: platform.logger,
  });
}
