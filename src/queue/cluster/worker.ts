import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Platform } from '../../platform/platform.ts';
import { siblingModule } from '../../platform/sibling-module.ts';
import type {
  AnyTaskFunction,
  JsonValue,
  TaskArguments,
  TaskFailure,
  TaskOutcome,
} from '../task-function.ts';
import { isSealed, openArguments } from '../task-package.ts';
import type { SentinelMessage, WorkerMessage } from './messages.ts';

/** A package names a function that no app of this process has. */
export class UnknownTaskFunctionError extends Error {
  override readonly name = 'UnknownTaskFunctionError';

  constructor(func: string) {
    super(
      `No installed app has a task function ${func}; this engine may be older than what enqueued the task`,
    );
  }
}

/** A task ran longer than it may, or had to make way. */
export class TaskAbortedError extends Error {
  override readonly name = 'TaskAbortedError';
}

/** A function answered something that cannot be stored as its result. */
export class TaskResultError extends Error {
  override readonly name = 'TaskResultError';
}

type AnyTaskHandler = Awaited<ReturnType<AnyTaskFunction['load']>>;

/**
 * Runs tasks, one at a time, as the sentinel at the other end of the IPC channel says. Returns when the
 * sentinel says stop; ends the process, and the programs that it runs, at once when the sentinel is gone, as its
 * tasks then go to others.
 */
export async function runWorker(
  platform: Platform,
  taskFunctions: readonly AnyTaskFunction[],
): Promise<void> {
  // A terminal sends its Ctrl-C to every process; it is the sentinel that decides what becomes of a task.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  process.once('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
  new Worker(siblingModule(import.meta.url, './parent-watch'), { workerData: process.ppid });

  const handlers = new Map<string, AnyTaskHandler>();
  for (const { name, load } of taskFunctions) handlers.set(name, await load());

  let running: { readonly taskId: string; readonly controller: AbortController } | undefined;
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();

  process.on('message', (message: SentinelMessage) => {
    if (message.type === 'stop') stop();
    if (message.type === 'abort' && running?.taskId === message.taskId) {
      running.controller.abort(new TaskAbortedError(message.reason));
    }
    if (message.type === 'run') {
      const controller = new AbortController();
      running = { taskId: message.task.id, controller };
      void runTask(platform, handlers, message, controller.signal).then((outcome) => {
        running = undefined;
        tell({ type: 'finished', taskId: message.task.id, outcome });
      });
    }
  });
  tell({ type: 'ready' });
  await stopped;
}

async function runTask(
  platform: Platform,
  handlers: ReadonlyMap<string, AnyTaskHandler>,
  { task, attempt }: Extract<SentinelMessage, { type: 'run' }>,
  signal: AbortSignal,
): Promise<TaskOutcome> {
  const logger = platform.logger.child({ taskId: task.id, func: task.func, attempt });
  const begun = performance.now();
  const seconds = () => Number(((performance.now() - begun) / 1_000).toFixed(3));
  logger.info('task started');
  try {
    const handler = handlers.get(task.func);
    if (!handler) throw new UnknownTaskFunctionError(task.func);
    const args = openArguments(task.args, platform.secretBox);
    const result = await handler(args, {
      taskId: task.id,
      attempt,
      signal,
      progress: () => undefined,
      logger,
      platform,
    });
    const outcome: TaskOutcome = { success: true, result: storable(result) };
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

/** What JSON writes for a NUL and for half of a surrogate pair, which JSONB cannot hold; but not behind a backslash. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/** The result as JSON has it. */
function storable(result: JsonValue | undefined): JsonValue {
  const json = JSON.stringify(result ?? null);
  if (UNSTORABLE.test(json)) {
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

/** A message may quote anything, and may have been cut in the middle of a character. */
function storableText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

function tell(message: WorkerMessage): void {
  process.send?.(message);
}
