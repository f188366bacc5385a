import type { SQSClient } from '@aws-sdk/client-sqs';
import type { LoadedConfigSelectors } from '@smithy/core/config';
import { awsAgents } from '../../../platform/aws-connections.ts';
import { AWS_REGION } from '../../../platform/aws-region.ts';
import { OutgoingNetwork } from '../../../platform/http/outgoing/outgoing-network.ts';
import { describeSqsFailure, SqsError } from './sqs-error.ts';

/** What SQS takes, and gives, in one request (its API reference). */
export const MESSAGES_IN_ONE_REQUEST = 10;

/** The longest that SQS holds a receive open until a message comes. */
export const LONGEST_WAIT_SECONDS = 20;

/** The longest that SQS holds a message back after it was sent. */
export const LONGEST_DELAY_SECONDS = 900;

/** How long SQS may take for a response; less than the silence after which an engine's connections to Postgres are cut. */
const ANSWER_SECONDS = 4;

const CONNECTION_TIMEOUT_MILLISECONDS = 2_000;

/** Tries of one request: the caller tries again what fails, so that nothing waits here. */
const MAXIMUM_ATTEMPTS = 2;

/** A message on its way in; the id is for telling who sends it which of them were taken. */
export interface OutgoingMessage {
  readonly id: string;
  readonly body: string;
  readonly delaySeconds: number;
}

/** A message that is ours until its visibility timeout. */
export interface ReceivedMessage {
  /** The same each time that the message is received. */
  readonly messageId: string;
  /** How often it was received, by anybody; 1 the first time. Roughly right. */
  readonly receiveCount: number;
  readonly receiptHandle: string;
  readonly body: string;
}

/** Which messages were taken in; and the first failure, where others were not. */
export interface SendReport {
  readonly sentIds: readonly string[];
  readonly failure: SqsError | undefined;
}

/** What an {@link SqsQueue} needs. */
export interface SqsQueueOptions {
  /** The queue's name at Amazon. */
  readonly name: string;
  /** Where it is asked for, instead of where the AWS SDK would. */
  readonly endpoint: string | undefined;
  /** Default: no proxy, and the authorities that Node trusts. */
  readonly network?: OutgoingNetwork | undefined;
  /** Awaited before the queue is created, where it does not exist: whatever was sent to it is gone. */
  readonly onAbsent: () => Promise<void>;
}

/** A queue as Amazon SQS has it, found when it is first needed, and created where it does not exist. */
export class SqsQueue {
  readonly #options: SqsQueueOptions;
  readonly #closing = new AbortController();
  #connection: Promise<Connection> | undefined;
  #url: Promise<string> | undefined;

  constructor(options: SqsQueueOptions) {
    this.#options = options;
  }

  /** Sends messages, in as few requests as there can be, side by side. */
  async send(messages: readonly OutgoingMessage[]): Promise<SendReport> {
    const reports = await Promise.all(inRequests(messages).map((batch) => this.#sendBatch(batch)));
    return {
      sentIds: reports.flatMap(({ sentIds }) => sentIds),
      failure: reports.find(({ failure }) => failure)?.failure,
    };
  }

  /**
   * Takes up to ten messages, and hides them from others for a time; if there are none it waits for one.
   *
   * @throws {SqsError}
   */
  receive(
    count: number,
    waitSeconds: number,
    hiddenSeconds: number,
    signal: AbortSignal,
  ): Promise<readonly ReceivedMessage[]> {
    return this.#attempt(
      'hand out messages',
      async ({ sdk, client, QueueUrl }, abortSignal) => {
        const { Messages = [] } = await client.send(
          new sdk.ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: Math.min(count, MESSAGES_IN_ONE_REQUEST),
            WaitTimeSeconds: waitSeconds,
            VisibilityTimeout: hiddenSeconds,
            MessageSystemAttributeNames: ['ApproximateReceiveCount'],
          }),
          { abortSignal: AbortSignal.any([abortSignal, signal]) },
        );
        return Messages.flatMap(({ MessageId, ReceiptHandle, Body, Attributes }) =>
          ReceiptHandle === undefined
            ? []
            : [
                {
                  messageId: MessageId ?? '',
                  receiveCount: Number(Attributes?.ApproximateReceiveCount ?? 1),
                  receiptHandle: ReceiptHandle,
                  body: Body ?? '',
                },
              ],
        );
      },
      waitSeconds + ANSWER_SECONDS,
    );
  }

  /** Deletes messages; those that are gone are passed over. @throws {SqsError} */
  async delete(receiptHandles: readonly string[]): Promise<void> {
    await Promise.all(
      inRequests(receiptHandles).map((batch) =>
        this.#attempt('delete messages', ({ sdk, client, QueueUrl }, abortSignal) =>
          client.send(
            new sdk.DeleteMessageBatchCommand({
              QueueUrl,
              Entries: batch.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle })),
            }),
            { abortSignal },
          ),
        ),
      ),
    );
  }

  /**
   * Hides messages for so long from now; 0 shows them. Those that are gone, or were hidden for as long as SQS
   * allows at all (12 hours), are passed over.
   *
   * @throws {SqsError}
   */
  async hide(receiptHandles: readonly string[], seconds: number): Promise<void> {
    await Promise.all(
      inRequests(receiptHandles).map((batch) =>
        this.#attempt('hide messages', ({ sdk, client, QueueUrl }, abortSignal) =>
          client.send(
            new sdk.ChangeMessageVisibilityBatchCommand({
              QueueUrl,
              Entries: batch.map((ReceiptHandle, index) => ({
                Id: String(index),
                ReceiptHandle,
                VisibilityTimeout: seconds,
              })),
            }),
            { abortSignal },
          ),
        ),
      ),
    );
  }

  /** The queue's URL, once SQS has returned it. @throws {SqsError} */
  ping(): Promise<string> {
    return this.#attempt('be reached', async ({ sdk, client, QueueUrl }, abortSignal) => {
      await client.send(new sdk.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }), {
        abortSignal,
      });
      return QueueUrl;
    });
  }

  /** Deletes the queue, with every message in it. @throws {SqsError} */
  async remove(): Promise<void> {
    await this.#attempt('be deleted', ({ sdk, client, QueueUrl }, abortSignal) =>
      client.send(new sdk.DeleteQueueCommand({ QueueUrl }), { abortSignal }),
    );
    this.#url = undefined;
  }

  /** Cuts what is under way. */
  close(): void {
    this.#closing.abort();
    this.#connection?.then(
      ({ client }) => client.destroy(),
      () => undefined,
    );
  }

  async #sendBatch(batch: readonly OutgoingMessage[]): Promise<SendReport> {
    try {
      const { Successful = [], Failed = [] } = await this.#attempt(
        'take messages',
        ({ sdk, client, QueueUrl }, abortSignal) =>
          client.send(
            new sdk.SendMessageBatchCommand({
              QueueUrl,
              Entries: batch.map(({ id, body, delaySeconds }) => ({
                Id: id,
                MessageBody: body,
                DelaySeconds: delaySeconds,
              })),
            }),
            { abortSignal },
          ),
      );
      const [refused] = Failed;
      return {
        sentIds: Successful.flatMap(({ Id }) => (Id === undefined ? [] : [Id])),
        failure: refused
          ? new SqsError(
              `The SQS queue ${this.#options.name} refused a message: ${refused.Code}: ${refused.Message}`,
            )
          : undefined,
      };
    } catch (error) {
      if (error instanceof SqsError) return { sentIds: [], failure: error };
      throw error;
    }
  }

  async #attempt<T>(
    what: string,
    request: (queue: FoundQueue, signal: AbortSignal) => Promise<T>,
    timeoutSeconds = ANSWER_SECONDS,
  ): Promise<T> {
    let signal: AbortSignal | undefined;
    try {
      const connection = await this.#connect();
      const QueueUrl = await this.#findOnce(connection);
      signal = this.#deadline(timeoutSeconds);
      return await request({ ...connection, QueueUrl }, signal);
    } catch (error) {
      // The next request creates it again.
      if (isAbsence(error)) this.#url = undefined;
      // That it took too long says more than that it was aborted.
      throw describeSqsFailure(what, this.#options.name, signal?.aborted ? signal.reason : error);
    }
  }

  #connect(): Promise<Connection> {
    this.#connection ??= connect(this.#options);
    return this.#connection;
  }

  #findOnce(connection: Connection): Promise<string> {
    this.#url ??= this.#find(connection).catch((error: unknown) => {
      this.#url = undefined;
      throw error;
    });
    return this.#url;
  }

  async #find({ sdk, client }: Connection): Promise<string> {
    const { name, onAbsent } = this.#options;
    try {
      const { QueueUrl } = await client.send(new sdk.GetQueueUrlCommand({ QueueName: name }), {
        abortSignal: this.#deadline(ANSWER_SECONDS),
      });
      if (QueueUrl !== undefined) return QueueUrl;
    } catch (error) {
      if (!isAbsence(error)) throw error;
    }
    await onAbsent();
    const { QueueUrl } = await client.send(new sdk.CreateQueueCommand({ QueueName: name }), {
      abortSignal: this.#deadline(ANSWER_SECONDS),
    });
    if (QueueUrl === undefined) throw new Error('SQS created the queue, and did not say its URL');
    return QueueUrl;
  }

  #deadline(seconds: number): AbortSignal {
    return AbortSignal.any([this.#closing.signal, AbortSignal.timeout(seconds * 1_000)]);
  }
}

/** A client of SQS, and the SDK that it comes from. */
interface Connection {
  readonly sdk: typeof import('@aws-sdk/client-sqs');
  readonly client: SQSClient;
}

/** The queue that a request is for. */
interface FoundQueue extends Connection {
  readonly QueueUrl: string;
}

/** Loads the SDK, which processes on another broker can do without. */
async function connect({ endpoint, network = OutgoingNetwork.PLAIN }: SqsQueueOptions): Promise<Connection> {
  const [sdk, { loadConfig }] = await Promise.all([
    import('@aws-sdk/client-sqs'),
    import('@smithy/core/config'),
  ]);
  const client = new sdk.SQSClient({
    region: loadConfig<string>(REGION),
    maxAttempts: MAXIMUM_ATTEMPTS,
    ...(endpoint === undefined ? {} : { endpoint }),
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MILLISECONDS, ...awsAgents(network) },
  });
  return { sdk, client };
}

function isAbsence(error: unknown): boolean {
  return error instanceof Error && error.name === 'QueueDoesNotExist';
}

/** There is no default region: a queue would be created where it is not looked for. */
const REGION = {
  ...AWS_REGION,
  default: (): string => {
    throw new Error('no region is configured');
  },
} satisfies LoadedConfigSelectors<string>;

function inRequests<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / MESSAGES_IN_ONE_REQUEST) }, (_, index) =>
    all.slice(index * MESSAGES_IN_ONE_REQUEST, (index + 1) * MESSAGES_IN_ONE_REQUEST),
  );
}
