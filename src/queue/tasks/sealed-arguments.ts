import { randomUUID } from 'node:crypto';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { AnyTaskFunction, JsonValue, TaskArguments } from './task-function.ts';
import type { PackedOptions } from './task-options.ts';

/** The one key of a sealed argument; no argument of a caller may have it. */
export const SEAL = '$sealed';

/** Replaces a secret argument wherever arguments are stored. */
export interface SealedArgument {
  readonly [SEAL]: string;
}

/** A sealed value is in an argument that its function does not declare secret. It is not opened. */
export class MisplacedSecretError extends Error {
  override readonly name = 'MisplacedSecretError';

  constructor(func: string, argument: string) {
    super(
      `The argument ${argument} of ${func} holds a sealed value, and is none of the function's secretArguments`,
    );
  }
}

/** What a function says about its secrets. */
type SecretKeeper = Pick<AnyTaskFunction, 'name' | 'secretArguments' | 'secretSubject'>;

/** What sealed arguments are in. */
interface SealedCall {
  readonly args: TaskArguments;
  readonly options?: Pick<PackedOptions, 'secretSubject'>;
}

/** Whether a stored argument is a sealed one: it is shown as dots, never as it is. */
export function isSealed(value: unknown): value is SealedArgument {
  return typeof value === 'object' && value !== null && SEAL in value && typeof value[SEAL] === 'string';
}

/**
 * Replaces the secret arguments of a call by sealed ones. Each opens only as the same argument of the same function, for
 * the same subject.
 *
 * @param subject the subject of functions that declare none; default: a new one.
 * @returns the arguments, and the subject that has to travel with them, if there is one.
 */
export function sealArguments(
  args: TaskArguments,
  taskFunction: SecretKeeper,
  box: SecretBox,
  subject?: string,
): { readonly args: TaskArguments; readonly secretSubject: string | undefined } {
  const names = taskFunction.secretArguments.filter((name) => args[name] !== undefined);
  if (names.length === 0) return { args, secretSubject: subject };
  const secretSubject = taskFunction.secretSubject ? undefined : (subject ?? randomUUID());
  const sealed = { ...args };
  for (const name of names) {
    const boundTo = bindingOf(taskFunction, name, args, secretSubject);
    sealed[name] = { [SEAL]: box.seal(JSON.stringify(args[name]), boundTo) };
  }
  return { args: sealed, secretSubject };
}

/**
 * Opens the sealed arguments of a call; returns these alone, by their names.
 *
 * @throws {MisplacedSecretError}
 * @throws {UnsealError} if one was changed, or belongs to another function, argument or subject.
 */
export function openSecrets(
  { args, options }: SealedCall,
  taskFunction: SecretKeeper,
  box: SecretBox,
): TaskArguments {
  const opened: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(args)) {
    if (!isSealed(value)) continue;
    if (!taskFunction.secretArguments.includes(name)) throw new MisplacedSecretError(taskFunction.name, name);
    opened[name] = JSON.parse(
      box.open(value[SEAL], bindingOf(taskFunction, name, args, options?.secretSubject)),
    );
  }
  return opened;
}

/** Whether calls have the same subject, so that the sealed arguments of one open in the other. */
export function haveSameSubject(taskFunction: SecretKeeper, one: SealedCall, other: SealedCall): boolean {
  return (
    subjectOf(taskFunction, one.args, one.options?.secretSubject) ===
    subjectOf(taskFunction, other.args, other.options?.secretSubject)
  );
}

/** Leaves sealed arguments out: a task that has succeeded needs its secrets no more. */
export function withoutSealedArguments(args: TaskArguments): TaskArguments {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => !isSealed(value)));
}

/** Whether a task has sealed values, in its arguments or in those of the links that follow. */
export function holdsSecrets(args: TaskArguments, { chain = [] }: PackedOptions = {}): boolean {
  return [args, ...chain.map((link) => link.args)].some((each) => Object.values(each).some(isSealed));
}

/** What a sealed value is bound to, as one text. */
function bindingOf(
  taskFunction: SecretKeeper,
  argument: string,
  args: TaskArguments,
  packedSubject: string | undefined,
): string {
  return JSON.stringify([taskFunction.name, argument, subjectOf(taskFunction, args, packedSubject)]);
}

/** Reads the arguments in clear alone, as these are the same before and after sealing. */
function subjectOf(
  { secretArguments, secretSubject }: SecretKeeper,
  args: TaskArguments,
  packedSubject: string | undefined,
): string {
  if (!secretSubject) return packedSubject ?? '';
  return secretSubject(
    Object.fromEntries(Object.entries(args).filter(([name]) => !secretArguments.includes(name))),
  );
}
