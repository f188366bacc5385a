import { inspect } from 'node:util';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import { isStorableJson, storableText } from '../../platform/database/storable-text.ts';
import type { Platform } from '../../platform/platform.ts';
import type { JsonValue, TaskArguments, TaskContext, TaskFailure, TaskOutcome } from './task-function.ts';
import type { TaskHandlers } from './task-handlers.ts';
import { isSealed, openArguments, type TaskPackage } from './task-package.ts';

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
  handlers: Pick<TaskHandlers, 'handlerOf'>,
  { task, attempt }: { readonly task: TaskPackage; readonly attempt: number },
  { signal, progress }: Pick<TaskContext, 'signal' | 'progress'>,
): Promise<TaskOutcome> {
  const logger = platform.logger.child({ taskId: task.id, func: task.func, attempt });
  const begun = performance.now();
  const seconds = () => Number(((performance.now() - begun) / 1_000).toFixed(3));
  logger.info('task started');
  try {
    const handler = await handlers.handlerOf(task.func);
    const args = openArguments(task.args, platform.secretBox);
    const result = await handler(args, {
      taskId: task.id,
      attempt,
      signal,
      progress,
      logger,
      platform,
    });
    const outcome: TaskOutcome = { success: true, result: storableResult(result) };
    logger.info({ seconds: seconds() }, 'task succeeded');
    return outcome;
  } catch (error) {
    const secrets = secretTexts(task.args, platform.secretBox);
    const failure = withoutSecrets(describeFailure(error), secrets);
    // The error itself says more, its causes above all.
    const shown = secrets.some((secret) => inspect(error, { depth: 9 }).includes(secret)) ? failure : error;
    logger.error({ err: shown, seconds: seconds() }, 'task failed');
    return { success: false, result: failure };
  }
}

/** The result as JSON has it. @throws {TaskResultError} where that cannot be stored. */
export function storableResult(result: JsonValue | undefined): JsonValue {
  const json = JSON.stringify(result ?? null);
  if (!isStorableJson(json)) {
    throw new TaskResultError(
      'The result holds a NUL character, or half of a character, which cannot be stored',
    );
  }
  return JSON.parse(json) as JsonValue;
}

function describeFailure(error: unknown): TaskFailure {
  if (!(error instanceof Error)) return { error: storableText(String(error)) };
  return { error: storableText(`${error.name}: ${error.message}`), stack: storableText(error.stack ?? '') };
}

/** The secret arguments that are texts. One that cannot be opened was not opened for the function either. */
function secretTexts(args: TaskArguments, box: SecretBox): string[] {
  return Object.values(args).flatMap((value) => {
    if (!isSealed(value)) return [];
    try {
      const secret = JSON.parse(box.open(value.$sealed)) as JsonValue;
      return typeof secret === 'string' && secret !== '' ? [secret] : [];
    } catch {
      return [];
    }
  });
}

/** Libraries quote what they were given, such as a header that they refuse. */
function withoutSecrets({ error, stack }: TaskFailure, secrets: readonly string[]): TaskFailure {
  const hide = (text: string) =>
    secrets.reduce((shown, secret) => shown.replaceAll(secret, '[secret]'), text);
  return { error: hide(error), ...(stack === undefined ? {} : { stack: hide(stack) }) };
}
