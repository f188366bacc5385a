import { PackageError } from './package-error.ts';

/** What a package may hold at most, with the packages in it. */
export interface PackageLimits {
  /** Bytes of all unpacked files. */
  readonly bytes: number;
  readonly entries: number;
  /** Unpacked bytes for each byte of the package. */
  readonly ratio: number;
}

/** Below this nothing is taken for a bomb: small files of one colour compress well. */
const HARMLESS_BYTES = 64 * 1024 ** 2;

/** Counts what is unpacked of a package, and refuses more than its limits allow. */
export class UnpackBudget {
  readonly #limits: PackageLimits;
  #entries = 0;
  #bytes = 0;

  constructor(limits: PackageLimits) {
    this.#limits = limits;
  }

  /** Counts entries: files, and folders too. @throws {PackageError} */
  countEntries(count: number): void {
    this.#entries += count;
    if (this.#entries > this.#limits.entries) {
      throw new PackageError(`The package has more than ${this.#limits.entries} entries`);
    }
  }

  /**
   * Counts unpacked bytes.
   *
   * @param archive that they come from, with its unpacked bytes so far, and the bytes that were read of it.
   * @throws {PackageError}
   */
  countBytes(count: number, archive: { readonly unpackedBytes: number; readonly readBytes: number }): void {
    this.#bytes += count;
    const { bytes, ratio } = this.#limits;
    if (this.#bytes > bytes) throw new PackageError(`The package has more than ${bytes} unpacked bytes`);
    if (archive.unpackedBytes > HARMLESS_BYTES + ratio * archive.readBytes) {
      throw new PackageError(
        `The package unpacks to more than ${ratio} times its size: it is taken for a bomb`,
      );
    }
  }

  /** Refuses a number of bytes that is declared, before they are unpacked. @throws {PackageError} */
  refuseBytes(declaredBytes: number): void {
    const { bytes } = this.#limits;
    if (this.#bytes + declaredBytes > bytes) {
      throw new PackageError(`The package has more than ${bytes} unpacked bytes`);
    }
  }
}

/** How archives are unpacked. */
export interface UnpackRun {
  readonly budget: UnpackBudget;
  readonly signal: AbortSignal;
}
