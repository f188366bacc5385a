import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import { PRODUCT_SLUG } from '../product.ts';

/** Signs texts, so that a change by anybody without the secret key is noticed (HMAC-SHA-256, its key derived). */
export class Signer {
  /** Made once: from raw bytes each signature would make one anew, which takes longer than signing. */
  readonly #key: KeyObject;
  readonly #fallbackKeys: readonly KeyObject[];

  /**
   * @param purpose keeps signatures of one use from passing for those of another.
   * @param fallbackSecretKeys earlier ones: their signatures are still good, and nothing is signed with them.
   */
  constructor(secretKey: string, purpose: string, fallbackSecretKeys: readonly string[] = []) {
    this.#key = deriveKey(secretKey, purpose);
    this.#fallbackKeys = fallbackSecretKeys.map((fallback) => deriveKey(fallback, purpose));
  }

  /** The signature of a text. */
  sign(text: string): string {
    return digest(text, this.#key).toString('base64url');
  }

  /** Whether a signature is that of this text, by one of the keys and this purpose. */
  verify(text: string, signature: string): boolean {
    const given = Buffer.from(signature, 'base64url');
    return [this.#key, ...this.#fallbackKeys].some((key) => {
      const expected = digest(text, key);
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
  }
}

function deriveKey(secretKey: string, purpose: string): KeyObject {
  return createSecretKey(
    Buffer.from(hkdfSync('sha256', secretKey, '', `${PRODUCT_SLUG} signer ${purpose}`, 32)),
  );
}

function digest(text: string, key: KeyObject): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}
