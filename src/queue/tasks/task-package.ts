import canonicalize from 'canonicalize';
import { Signer } from '../../platform/crypto/signer.ts';
import type { TaskArguments } from './task-function.ts';
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
