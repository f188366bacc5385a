import { hostname } from 'node:os';
import {
  createEventEnvelope,
  createStackParser,
  createTransport,
  type DsnComponents,
  type Event,
  getEnvelopeEndpointWithUrlEncodedAuth,
  makeDsn,
  type Transport,
  uuid4,
} from '@sentry/core';
import { nodeStackLineParser } from '@sentry/core/server';
import { withoutSealedArguments } from '../tasks/sealed-arguments.ts';
import type { TaskFailure } from '../tasks/task-function.ts';
import type { ErrorReporter, FailedAttempt } from './error-reporter.ts';

/** Where Sentry is, and what describes this installation. */
export interface SentryOptions {
  /** `SENTRY_DSN` */
  readonly dsn: string;
  /** `SENTRY_ENVIRONMENT` */
  readonly environment: string;
  /** For instance `name@0.1.0`. */
  readonly release: string;
}

/** Sentry did not take a report. */
export class SentryError extends Error {
  override readonly name = 'SentryError';
}

/** Sentry cuts longer texts itself; a task's arguments may be megabytes. */
const LONGEST_ARGUMENTS_CHARACTERS = 8_000;

/** How long Sentry may take for a response. */
const ANSWER_SECONDS = 8;

/** What a failure begins with that was thrown: the error's name. */
const ERROR_NAME = /^([\p{L}_$][\p{L}\p{N}_$.]*): ([\s\S]*)$/u;

/**
 * Reports failed attempts as Sentry's SDKs do, by its envelope protocol, but for what they gather and patch in a
 * process: here nothing is sent but what {@link describe} returns.
 */
export class SentryReporter implements ErrorReporter {
  readonly name = 'Sentry';
  readonly #options: SentryOptions;
  readonly #dsn: DsnComponents;
  readonly #transport: Transport;
  readonly #parseStack = createStackParser(nodeStackLineParser());

  /** @throws {SentryError} if the DSN is none. */
  constructor(options: SentryOptions) {
    const dsn = makeDsn(options.dsn);
    if (!dsn) throw new SentryError('SENTRY_DSN is no DSN; Sentry shows it in the settings of the project');
    this.#options = options;
    this.#dsn = dsn;
    const url = getEnvelopeEndpointWithUrlEncodedAuth(dsn);
    this.#transport = createTransport({ recordDroppedEvent: () => undefined }, ({ body }) =>
      post(url, typeof body === 'string' ? body : Uint8Array.from(body)),
    );
  }

  /** @throws {SentryError} if Sentry cannot be reached, or refuses the report. */
  async report(error: TaskFailure, task: FailedAttempt): Promise<void> {
    const { statusCode } = await this.#transport.send(
      createEventEnvelope(this.#describe(error, task), this.#dsn),
    );
    if (statusCode === undefined) {
      throw new SentryError('Sentry asked for a pause some time ago; the report was not sent');
    }
    if (statusCode < 200 || statusCode > 299) {
      throw new SentryError(`Sentry answered ${statusCode} to the report`);
    }
  }

  async close(): Promise<void> {
    await this.#transport.flush(0);
  }

  #describe({ error, stack }: TaskFailure, task: FailedAttempt): Event {
    const { environment, release } = this.#options;
    const [, type = 'TaskFailure', value = error] = ERROR_NAME.exec(error) ?? [];
    const frames = stack === undefined ? [] : this.#parseStack(stack);
    return {
      event_id: uuid4(),
      timestamp: Date.now() / 1_000,
      level: 'error',
      platform: 'node',
      server_name: hostname(),
      environment,
      release,
      transaction: task.func,
      exception: {
        values: [
          {
            type,
            value,
            mechanism: { type: 'task', handled: true },
            ...(frames.length > 0 ? { stacktrace: { frames } } : {}),
          },
        ],
      },
      tags: { func: task.func, queue: task.queue, attempt: task.attempt },
      contexts: {
        task: {
          id: task.id,
          name: task.name,
          func: task.func,
          group: task.group,
          queue: task.queue,
          attempt: task.attempt,
          started: task.started,
          presented_again: task.isPresentedAgain,
        },
      },
      extra: {
        arguments: JSON.stringify(withoutSealedArguments(task.args)).slice(0, LONGEST_ARGUMENTS_CHARACTERS),
      },
    };
  }
}

async function post(url: string, body: string | Uint8Array<ArrayBuffer>) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-sentry-envelope' },
    body,
    signal: AbortSignal.timeout(ANSWER_SECONDS * 1_000),
  });
  // Otherwise the connection is not used again.
  await answer.body?.cancel();
  return {
    statusCode: answer.status,
    headers: {
      'x-sentry-rate-limits': answer.headers.get('x-sentry-rate-limits'),
      'retry-after': answer.headers.get('retry-after'),
    },
  };
}
