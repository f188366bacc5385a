import canonicalize from 'canonicalize';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import { Signer } from '../../platform/crypto/signer.ts';
import type { JsonValue, TaskArguments } from './task-function.ts';
import type { PackedOptions } from './task-options.ts';

/** One call of a function, as a broker carries it. Secret arguments are sealed. */
export interface TaskPackage {
  readonly id: string;
  readonly name: string;
  /** The function's name. */
  readonly func: string;
  readonly args: TaskArguments;
  readonly group: string | null;
  /** When it was enqueued: ISO 8601, UTC. */
  readonly started: string;
  /** Absent where none was given. */
  readonly options?: PackedOptions;
}

/** A package and its signature: what a broker carries. */
export interface SignedPackage {
  readonly task: TaskPackage;
  readonly signature: string;
}

/** A package was changed on its way, or signed with another key. */
export class PackageSignatureError extends Error {
  override readonly name = 'PackageSignatureError';
  /** Whether it is a signed package of its id, so that another key may have signed it; otherwise no key makes it good. */
  readonly isSigned: boolean;

  constructor(isSigned: boolean) {
    super(
      isSigned
        ? 'The package was signed with neither DJANGO_SECRET_KEY nor one of SECRET_KEY_FALLBACKS, or was changed; it stays in the queue'
        : 'What is in the queue under this id is no signed package of this id; it stays in the queue',
    );
    this.isSigned = isSigned;
  }
}

/** Signs packages, as Django-Q does, so that write access to the broker is not enough to make workers run things. */
export class PackageSigner {
  readonly #signer: Signer;

  /** @param fallbackSecretKeys earlier ones, whose packages are still good. */
  constructor(secretKey: string, fallbackSecretKeys: readonly string[] = []) {
    this.#signer = new Signer(secretKey, 'task package', fallbackSecretKeys);
  }

  /** Signs; the signature holds for the content, not for the order of keys, which JSONB does not keep. */
  sign(task: TaskPackage): SignedPackage {
    return { task, signature: this.#signer.sign(serialize(task)) };
  }

  /**
   * Returns the package that a broker carried under an id. One with another id is a copy, and refused.
   *
   * @throws {PackageSignatureError}
   */
  verify(carried: unknown, id: string): TaskPackage {
    if (!isSignedPackage(carried) || carried.task.id !== id) throw new PackageSignatureError(false);
    const text = serializeForeign(carried.task);
    if (text === undefined) throw new PackageSignatureError(false);
    if (!this.#signer.verify(text, carried.signature)) throw new PackageSignatureError(true);
    return carried.task;
  }
}

/** Replaces a secret argument wherever arguments are stored. */
export interface SealedArgument {
  readonly $sealed: string;
}

/** Whether a stored argument is a sealed one: it is shown as dots, never as it is. */
export function isSealed(value: unknown): value is SealedArgument {
  return (
    typeof value === 'object' && value !== null && '$sealed' in value && typeof value.$sealed === 'string'
  );
}

/** Replaces the named arguments by sealed ones. */
export function sealArguments(
  args: TaskArguments,
  secretNames: readonly string[],
  box: SecretBox,
): TaskArguments {
  return mapArguments(args, (name, value) =>
    secretNames.includes(name) && value !== undefined ? { $sealed: box.seal(JSON.stringify(value)) } : value,
  );
}

/** Opens every sealed argument. @throws {UnsealError} */
export function openArguments(args: TaskArguments, box: SecretBox): TaskArguments {
  return mapArguments(args, (_name, value) =>
    isSealed(value) ? (JSON.parse(box.open(value.$sealed)) as JsonValue) : value,
  );
}

/** Leaves sealed arguments out: a task that has succeeded needs its secrets no more. */
export function withoutSealedArguments(args: TaskArguments): TaskArguments {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => !isSealed(value)));
}

function mapArguments(
  args: TaskArguments,
  change: (name: string, value: JsonValue | undefined) => JsonValue | undefined,
): TaskArguments {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, change(name, value)]));
}

function serialize(task: TaskPackage): string {
  return canonicalize(task) ?? '';
}

/** What anybody may have written: it may be nested more deeply than the call stack allows. */
function serializeForeign(task: TaskPackage): string | undefined {
  try {
    return serialize(task);
  } catch {
    return undefined;
  }
}

function isSignedPackage(value: unknown): value is SignedPackage {
  return (
    typeof value === 'object' &&
    value !== null &&
    'task' in value &&
    typeof value.task === 'object' &&
    value.task !== null &&
    'signature' in value &&
    typeof value.signature === 'string'
  );
}
