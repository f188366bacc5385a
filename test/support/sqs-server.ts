import type { AddressInfo } from 'node:net';
import { type BuildAppOptions, buildApp } from 'fauxqs';

/** A message as the stand-in for SQS has it. */
interface InspectedMessage {
  readonly messageId: string;
  readonly body: string;
}

/** What stands in one of its queues. */
export interface InspectedQueue {
  readonly messages: {
    readonly ready: readonly InspectedMessage[];
    readonly delayed: readonly InspectedMessage[];
    readonly inflight: readonly {
      readonly message: InspectedMessage;
      readonly visibilityDeadline: number;
    }[];
  };
}

/** A stand-in for Amazon SQS that speaks its protocol, keeps everything in memory, and can be stopped and started. */
export interface SqsServer {
  readonly url: string;
  /** What the AWS SDK, and our settings, read from the environment to come here. */
  readonly environment: Readonly<Record<string, string>>;
  /** What stands in a queue; `undefined` where there is none of that name. */
  inspect(queueName: string): Promise<InspectedQueue | undefined>;
  /** Stops answering; what it knew is gone. */
  stop(): Promise<void>;
  /** Answers again, where it did before, and knows nothing. */
  start(): Promise<void>;
}

/** Starts a stand-in for SQS, on a free port of this machine alone. */
export async function startSqsServer(): Promise<SqsServer> {
  const options: BuildAppOptions = { logger: false, host: 'localhost' };
  let application = buildApp(options);
  await application.listen({ host: '127.0.0.1', port: 0 });
  const { port } = application.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    environment: {
      AWS_ENDPOINT_URL_SQS: url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'a-key',
      AWS_SECRET_ACCESS_KEY: 'a-secret',
    },
    async inspect(queueName) {
      const answer = await fetch(`${url}/_fauxqs/queues/${queueName}`);
      return answer.ok ? ((await answer.json()) as InspectedQueue) : undefined;
    },
    async stop() {
      await application.close();
    },
    async start() {
      application = buildApp(options);
      await application.listen({ host: '127.0.0.1', port });
    },
  };
}
