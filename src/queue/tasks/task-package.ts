import canonicalize from 'canonicalize';
import { Signer } from '../../platform/crypto/signer.ts';
import type { TaskArguments } from './task-function.ts';
import { creationOf, taskNameOf } from './task-identity.ts';
import type { PackedOptions } from './task-options.ts';

/** One call of a function. Secret arguments are sealed. */
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

/** A package as a broker carries it, under its id: without what follows from the id, and without what was not given. */
export interface CarriedTask {
  readonly func: string;
  /** Absent if there are none. */
  readonly args?: TaskArguments;
  /** Absent if it is {@link taskNameOf} the id. */
  readonly name?: string;
  readonly group?: string;
  /** Absent if it is {@link creationOf} the id. */
  readonly started?: string;
  readonly options?: PackedOptions;
}

/** What a broker carries of a package, and its signature. */
export interface SignedPackage {
  readonly task: CarriedTask;
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

  /**
   * Returns a {@link SignedPackage} as JSON. The signature holds for the id and the content, not for the order of keys,
   * which JSONB does not keep.
   *
   * @param carried the package as it is carried, where the caller has made that already.
   */
  sign(task: TaskPackage, carried: CarriedTask = carriedTaskOf(task)): string {
    const content = contentOf(carried);
    return `{"task":${content},"signature":"${this.#signer.sign(signedText(task.id, content))}"}`;
  }

  /**
   * Returns the package that a broker carried under an id. A copy under another id is refused.
   *
   * @throws {PackageSignatureError}
   */
  verify(carried: unknown, id: string): TaskPackage {
    if (!isSignedPackage(carried)) throw new PackageSignatureError(false);
    const content = contentOfForeign(carried.task);
    if (content === undefined) throw new PackageSignatureError(false);
    if (!this.#signer.verify(signedText(id, content), carried.signature))
      throw new PackageSignatureError(true);
    return taskPackageOf(id, carried.task);
  }
}

function carriedTaskOf({ id, name, func, args, group, started, options }: TaskPackage): CarriedTask {
  return {
    func,
    ...(Object.keys(args).length === 0 ? {} : { args }),
    ...(name === taskNameOf(id) ? {} : { name }),
    ...(group === null ? {} : { group }),
    ...(started === creationOf(id) ? {} : { started }),
    ...(options === undefined ? {} : { options }),
  };
}

function taskPackageOf(id: string, { func, args, name, group, started, options }: CarriedTask): TaskPackage {
  return {
    id,
    name: name ?? taskNameOf(id),
    func,
    args: args ?? {},
    group: group ?? null,
    started: started ?? creationOf(id) ?? '',
    ...(options === undefined ? {} : { options }),
  };
}

function signedText(id: string, content: string): string {
  return `${id} ${content}`;
}

/** JSON with its keys in order (RFC 8785). */
function contentOf(task: CarriedTask): string {
  return canonicalize(task) ?? '';
}

/** What anybody may have written: it may be nested more deeply than the call stack allows. */
function contentOfForeign(task: CarriedTask): string | undefined {
  try {
    return contentOf(task);
  } catch {
    return undefined;
  }
}

/** What a signature looks like. Rubbish must not pass for packages of another key: an engine would distrust its own. */
const SIGNATURE = /^[\w-]{43}$/;

function isSignedPackage(value: unknown): value is SignedPackage {
  return (
    typeof value === 'object' &&
    value !== null &&
    'task' in value &&
    typeof value.task === 'object' &&
    value.task !== null &&
    'func' in value.task &&
    typeof value.task.func === 'string' &&
    'signature' in value &&
    typeof value.signature === 'string' &&
    SIGNATURE.test(value.signature)
  );
}
