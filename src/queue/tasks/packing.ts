import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import { faultOfText, storableText } from '../../platform/database/storable-text.ts';
import { isUuid } from '../../platform/uuid.ts';
import { SEAL, sealArguments } from './sealed-arguments.ts';
import type { AnyTaskFunction, TaskArguments } from './task-function.ts';
import { creationOf, newTaskId, taskNameOf } from './task-identity.ts';
import {
  type CallOptions,
  GREATEST_LIMIT,
  LONGEST_LABEL_CHARACTERS,
  type PackedOptions,
  TaskOptionsError,
} from './task-options.ts';
import type { CarriedTask, TaskPackage } from './task-package.ts';

/** A year: what waits for longer is a schedule. */
const LONGEST_DELAY_SECONDS = 366 * 86_400;

/** What Postgres holds as an integer. */
const GREATEST_PRIORITY = 2_147_483_647;

/** A package, and what its broker has to know of it. */
export interface PackedTask {
  readonly task: TaskPackage;
  /** How the package is carried, where it is known what of it follows from its id: finding that out takes longer. */
  readonly carried?: CarriedTask;
  readonly delaySeconds: number | undefined;
}

/**
 * Makes the package of one call.
 *
 * @param more options that callers cannot give: those of chains and iterations, and the subject of secrets.
 * @throws {TaskOptionsError}
 */
export function packTask(
  taskFunction: AnyTaskFunction,
  args: TaskArguments,
  options: CallOptions,
  secretBox: SecretBox,
  more: Pick<PackedOptions, 'chain' | 'iteration' | 'secretSubject'> = {},
): PackedTask {
  const func = taskFunction.name;
  checkOptions(func, options);
  checkArguments(func, args);
  // As Postgres writes it, by which it is found again.
  const id = options.id?.toLowerCase() ?? newTaskId();
  const sealed = sealArguments(args, taskFunction, secretBox, more.secretSubject);
  const packed = withoutUndefined({
    hook: options.hook?.name,
    timeoutSeconds: options.timeout,
    ackFailure: options.ackFailure,
    save: options.save,
    cached: options.cached,
    priority: options.priority,
    uniqueKey: options.uniqueKey,
    limitKey: options.limitKey,
    limit: options.limit,
    fairnessKey: options.fairnessKey,
    retry: options.retry,
    ...more,
    secretSubject: sealed.secretSubject,
  });
  const started = options.id === undefined ? undefined : new Date().toISOString();
  const rest = Object.keys(packed).length === 0 ? {} : { options: packed };
  const task: TaskPackage = {
    id,
    // What follows from the id is seldom asked for before the task runs.
    get name() {
      return options.taskName ?? taskNameOf(id);
    },
    func,
    args: sealed.args,
    group: options.group ?? null,
    get started() {
      return started ?? creationOf(id) ?? '';
    },
    ...rest,
  };
  const carried: CarriedTask = {
    func,
    ...(Object.keys(sealed.args).length === 0 ? {} : { args: sealed.args }),
    ...(options.taskName === undefined ? {} : { name: options.taskName }),
    ...(options.group === undefined ? {} : { group: options.group }),
    ...(started === undefined ? {} : { started }),
    ...rest,
  };
  return { task, carried, delaySeconds: options.delay };
}

function checkOptions(func: string, options: CallOptions): void {
  for (const name of ['taskName', 'group', 'uniqueKey', 'limitKey', 'fairnessKey'] as const) {
    const label = options[name];
    if (label !== undefined && (label === '' || label.length > LONGEST_LABEL_CHARACTERS)) {
      refuse(func, name, `has ${label.length} characters; it can have 1 to ${LONGEST_LABEL_CHARACTERS}`);
    }
    if (label !== undefined && faultOfText(label)) {
      refuse(func, name, 'holds a NUL character, or half of a character, which cannot be stored');
    }
  }
  checkNumber(func, 'timeout', options.timeout, 0.001, LONGEST_DELAY_SECONDS);
  checkNumber(func, 'delay', options.delay, 0, LONGEST_DELAY_SECONDS);
  checkWhole(func, 'priority', options.priority, -GREATEST_PRIORITY, GREATEST_PRIORITY);
  checkWhole(func, 'limit', options.limit, 1, GREATEST_LIMIT);
  if (options.id !== undefined && !isUuid(options.id)) refuse(func, 'id', `is "${options.id}"; it is a UUID`);
  if (options.limit !== undefined && options.limitKey === undefined) {
    refuse(func, 'limit', 'is given without a limitKey, which says whose tasks are counted');
  }
  if (typeof options.cached === 'number')
    checkNumber(func, 'cached', options.cached, 0.001, LONGEST_DELAY_SECONDS);
  const { maxAttempts, delaySeconds, backoff, maxDelaySeconds, jitter, timeoutGrowth } = options.retry ?? {};
  checkWhole(func, 'retry.maxAttempts', maxAttempts, 0, GREATEST_PRIORITY);
  checkNumber(func, 'retry.delaySeconds', delaySeconds, 0, LONGEST_DELAY_SECONDS);
  checkNumber(func, 'retry.backoff', backoff, 1, 100);
  checkNumber(func, 'retry.maxDelaySeconds', maxDelaySeconds, 0, LONGEST_DELAY_SECONDS);
  checkNumber(func, 'retry.jitter', jitter, 0, 1);
  checkNumber(func, 'retry.timeoutGrowth', timeoutGrowth, 0, 100);
}

function checkNumber(func: string, name: string, value: number | undefined, least: number, most: number) {
  if (value === undefined || (value >= least && value <= most)) return;
  refuse(func, name, `is ${value}; it can be a number from ${least} to ${most}`);
}

function checkWhole(func: string, name: string, value: number | undefined, least: number, most: number) {
  if (value !== undefined && !Number.isInteger(value))
    refuse(func, name, `is ${value}; it is a whole number`);
  checkNumber(func, name, value, least, most);
}

function refuse(func: string, name: string, fault: string): never {
  throw new TaskOptionsError(`The ${name} of a call of ${func} ${fault}`);
}

/** The most that the arguments of one call may take as JSON: they travel through every process and table. */
export const LARGEST_ARGUMENTS_BYTES = 1024 ** 2;

/** What JSON cannot hold would come out as something else: it is refused here, where the caller can see it. */
function checkArguments(func: string, args: TaskArguments): void {
  const seen = new Set<object>();
  const checkName = (name: string, path: string) => {
    if (faultOfText(name))
      refuse(
        func,
        storableText(path),
        'has a name that holds a NUL character, or half of a character, which cannot be stored',
      );
    // Otherwise a worker would open a sealed value that a caller has from elsewhere.
    if (name === SEAL) refuse(func, path, 'has a name that is kept for secrets that are encrypted already');
  };
  const visit = (value: unknown, path: string): void => {
    if (value === undefined || value === null || typeof value === 'boolean') return;
    if (typeof value === 'string') {
      if (faultOfText(value))
        refuse(func, path, 'holds a NUL character, or half of a character, which cannot be stored');
      return;
    }
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) refuse(func, path, `is ${value}, which JSON cannot hold`);
      return;
    }
    if (typeof value !== 'object') refuse(func, path, `is a ${typeof value}, which JSON cannot hold`);
    const prototype = Object.getPrototypeOf(value);
    if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null)
      refuse(func, path, `is a ${value.constructor.name}, which JSON cannot hold as it is`);
    if (seen.has(value)) refuse(func, path, 'holds itself, which JSON cannot');
    seen.add(value);
    for (const [key, inner] of Object.entries(value)) {
      checkName(key, `${path}.${key}`);
      if (Array.isArray(value) && inner === undefined)
        refuse(func, `${path}.${key}`, 'is undefined, which a list in JSON cannot hold');
      visit(inner, `${path}.${key}`);
    }
    seen.delete(value);
  };
  for (const [name, value] of Object.entries(args)) {
    checkName(name, `argument ${name}`);
    visit(value, `argument ${name}`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(args));
  if (bytes > LARGEST_ARGUMENTS_BYTES) {
    throw new TaskOptionsError(
      `The arguments of a call of ${func} take ${bytes} bytes as JSON; they may take ${LARGEST_ARGUMENTS_BYTES}: store large values elsewhere, and hand over where`,
    );
  }
}

/** The same without what is not given: an absent option and one that is `undefined` are two things. */
export function withoutUndefined<T extends object>(
  options: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // A loop, as every task comes by here.
  const given: Partial<T> = {};
  for (const name in options) if (options[name] !== undefined) given[name] = options[name];
  return given as { [K in keyof T]?: Exclude<T[K], undefined> };
}
