import { randomUUID } from 'node:crypto';
import type { SecretBox } from '../../../platform/crypto/secret-box.ts';
import type { Iteration } from '../../results/iterations.ts';
import { LARGEST_ARGUMENTS_BYTES, type PackedTask, packTask, withoutUndefined } from '../../tasks/packing.ts';
import type { AnyTaskFunction, JsonValue, TaskArguments, TaskFunction } from '../../tasks/task-function.ts';
import { newTaskId, taskNameOf } from '../../tasks/task-identity.ts';
import {
  type CallOptions,
  type PackedLink,
  type PackedOptions,
  type TaskOptions,
  TaskOptionsError,
} from '../../tasks/task-options.ts';

/** The options of one link of a chain. */
export type LinkOptions = Omit<CallOptions, 'id' | 'group' | 'uniqueKey' | 'delay'>;

/** One call of a chain, as {@link chainLink} makes it. */
export interface ChainLink {
  readonly taskFunction: AnyTaskFunction;
  readonly args: TaskArguments;
  readonly options: LinkOptions;
}

/** Options of `asyncChain`. */
export interface ChainOptions extends Pick<TaskOptions, 'transaction' | 'sync' | 'cluster'> {
  /** The group of all links; otherwise one is made. */
  readonly group?: string;
  /** Whether the results of all links go to the cache, where a link does not say. */
  readonly cached?: boolean | number;
}

/** Options of `asyncIter`: `taskName`, `group`, `hook`, `save` and `cached` are those of the one result. */
export type IterOptions = Omit<TaskOptions, 'uniqueKey'>;

/** One link of a chain: a function and its arguments, checked against each other by the compiler. */
export function chainLink<Arguments extends TaskArguments, Result extends JsonValue>(
  taskFunction: TaskFunction<Arguments, Result>,
  args: Arguments,
  options: LinkOptions = {},
): ChainLink {
  return { taskFunction, args, options };
}

/**
 * Makes the packages of a chain's links, each by itself.
 *
 * @throws {TaskOptionsError}
 */
export function packLinks(
  links: readonly ChainLink[],
  { group = randomUUID(), cached }: ChainOptions,
  secretBox: SecretBox,
): { readonly group: string; readonly packed: readonly PackedTask[] } {
  if (links.length === 0) throw new TaskOptionsError('A chain has no links; it needs one at least');
  const packed = links.map(({ taskFunction, args, options }) =>
    packTask(
      taskFunction,
      args,
      { ...(cached === undefined ? {} : { cached }), ...options, group },
      secretBox,
    ),
  );
  return { group, packed };
}

/**
 * The first link of a chain, which carries the others.
 *
 * @throws {TaskOptionsError} if they are too large together.
 */
export function chainTogether(links: readonly ChainLink[], packed: readonly PackedTask[]): PackedTask[] {
  const chain = packed.map(({ task: { func, args, options } }, place): PackedLink => {
    const name = links[place]?.options.taskName;
    return { func, args, ...(name === undefined ? {} : { name }), ...(options ? { options } : {}) };
  });
  const bytes = Buffer.byteLength(JSON.stringify(chain));
  if (bytes > LARGEST_ARGUMENTS_BYTES) {
    throw new TaskOptionsError(
      `The links of a chain take ${bytes} bytes as JSON; together they may take ${LARGEST_ARGUMENTS_BYTES}: store large values elsewhere, and hand over where`,
    );
  }
  return packed
    .slice(0, 1)
    .map(({ task, delaySeconds }) => ({ task: withChain(task, chain.slice(1)), delaySeconds }));
}

/** The task of the link that follows on a success, which carries those behind it. */
export function nextLink(chain: readonly PackedLink[], group: string | null): PackedTask | undefined {
  const [link, ...rest] = chain;
  if (link === undefined) return undefined;
  const id = newTaskId();
  const task = {
    id,
    name: link.name ?? taskNameOf(id),
    func: link.func,
    args: link.args,
    group,
    started: new Date().toISOString(),
    ...(link.options ? { options: link.options } : {}),
  };
  return { task: withChain(task, rest), delaySeconds: undefined };
}

/** An iteration, and the packages of its parts. */
export interface PackedIteration extends Iteration {
  readonly parts: readonly PackedTask[];
}

/**
 * Makes the packages of an iteration: one for each element.
 *
 * @throws {TaskOptionsError}
 */
export function packIteration(
  taskFunction: AnyTaskFunction,
  elements: Iterable<TaskArguments>,
  options: Omit<IterOptions, 'transaction' | 'sync' | 'cluster'>,
  secretBox: SecretBox,
): PackedIteration {
  const { id, taskName, group, hook, save, cached, ...partOptions } = options;
  const given = { id, taskName, group, hook, save, cached };
  // Made as a task, so that its options are checked as a task's are.
  const { task } = packTask(taskFunction, {}, withoutUndefined(given), secretBox);
  const parts = Array.from(elements, (args, index) =>
    packTask(taskFunction, args, { ...partOptions, group: task.id }, secretBox, {
      iteration: { id: task.id, index },
    }),
  );
  const { name, func, started } = task;
  return { id: task.id, name, func, group: task.group, options: task.options ?? {}, started, parts };
}

function withChain<Task extends { readonly options?: PackedOptions }>(
  task: Task,
  chain: readonly PackedLink[],
): Task {
  return chain.length === 0 ? task : { ...task, options: { ...task.options, chain } };
}
