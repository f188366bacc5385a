import { inspect } from 'node:util';
import { isStorableJson, storableText } from '../../platform/database/storable-text.ts';
import { describeError, isError } from '../../platform/error-description.ts';
import type { Logger } from '../../platform/logging.ts';
import type { Platform } from '../../platform/platform.ts';
import { unwrapPermanent } from './permanent-task-error.ts';
import { openSecrets } from './sealed-arguments.ts';
import type { JsonValue, TaskArguments, TaskContext, TaskFailure, TaskOutcome } from './task-function.ts';
import type { TaskHandlers } from './task-handlers.ts';
import type { TaskPackage } from './task-package.ts';

/** A function returned something that cannot be stored as its result. */
export class TaskResultError extends Error {
  override readonly name = 'TaskResultError';
}

/**
 * Makes one attempt at a task, in this process; what its function throws becomes the outcome.
 *
 * @param handlers the code of the functions that this process knows.
 * @param context the function's signal, and how it reports its progress.
 */
export async function runTask(
  platform: Platform,
  handlers: Pick<TaskHandlers, 'handlerOf' | 'functionOf'>,
  { task, attempt }: { readonly task: TaskPackage; readonly attempt: number },
  { signal, progress }: Pick<TaskContext, 'signal' | 'progress'>,
): Promise<TaskOutcome> {
  const about = { taskId: task.id, func: task.func, attempt };
  const { logger } = platform;
  const begun = performance.now();
  const seconds = () => Number(((performance.now() - begun) / 1_000).toFixed(3));
  let secrets: readonly string[] = [];
  logger.info(about, 'task started');
  try {
    const handler = await handlers.handlerOf(task.func);
    const opened = openSecrets(task, handlers.functionOf(task.func), platform.secretBox);
    secrets = secretTexts(opened);
    const result = await handler(
      { ...task.args, ...opened },
      {
        taskId: task.id,
        attempt,
        signal,
        progress,
        logger,
        platform,
      },
    );
    const outcome: TaskOutcome = { success: true, result: storableResult(result) };
    logger.info({ ...about, seconds: seconds() }, 'task succeeded');
    return outcome;
  } catch (thrown) {
    const { error, isPermanent } = unwrapPermanent(thrown);
    const failure = describeFailure(error);
    const shown = withoutSecrets(failure, secrets);
    logFailure(logger.child(about), seconds(), quotesSecret(error, failure, secrets) ? shown : error, shown);
    return { success: false, result: shown, ...(isPermanent ? { isPermanent } : {}) };
  }
}

/** The result as JSON has it. @throws {TaskResultError} if that cannot be stored. */
export function storableResult(result: JsonValue | undefined): JsonValue {
  const json = JSON.stringify(result ?? null);
  if (!isStorableJson(json)) {
    throw new TaskResultError(
      'The result holds a NUL character, or half of a character, which cannot be stored',
    );
  }
  return JSON.parse(json) as JsonValue;
}

/** Whatever was thrown has a description: an attempt always ends with one. */
function describeFailure(error: unknown): TaskFailure {
  const { type, message, stack } = describeError(error);
  if (!isError(error)) return { error: storableText(message) };
  return {
    error: storableText(`${type}: ${message}`),
    ...(stack === undefined ? {} : { stack: storableText(stack) }),
  };
}

/** The error itself says more than the failure, its causes above all; but not every error can be logged. */
function logFailure(logger: Logger, seconds: number, error: unknown, failure: TaskFailure): void {
  try {
    logger.error({ err: error, seconds }, 'task failed');
  } catch {
    logger.error({ err: failure, seconds }, 'task failed');
  }
}

/** Whether an error holds a secret, or may: one that cannot be inspected. */
function quotesSecret(error: unknown, failure: TaskFailure, secrets: readonly string[]): boolean {
  if (secrets.length === 0) return false;
  try {
    const text = `${failure.error}\n${failure.stack}\n${inspect(error, { depth: 9 })}`;
    return secrets.some((secret) => text.includes(secret));
  } catch {
    return true;
  }
}

/** The secret arguments that are texts. */
function secretTexts(opened: TaskArguments): string[] {
  return Object.values(opened)
    .filter((secret) => typeof secret === 'string')
    .filter((secret) => secret !== '');
}

/** Libraries quote what they were given, such as a header that they refuse. */
function withoutSecrets({ error, stack }: TaskFailure, secrets: readonly string[]): TaskFailure {
  const hide = (text: string) =>
    secrets.reduce((shown, secret) => shown.replaceAll(secret, '[secret]'), text);
  return { error: hide(error), ...(stack === undefined ? {} : { stack: hide(stack) }) };
}
