import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';

/** Signs texts, so that a change by anybody without the secret key is noticed (HMAC-SHA-256, its key derived). */
export class Signer {
  /** Made once: from raw bytes each signature would make one anew, which takes longer than signing. */
  readonly #key: KeyObject;

  /** @param purpose keeps signatures of one use from passing for those of another. */
  constructor(secretKey: string, purpose: string) {
    this.#key = createSecretKey(
      Buffer.from(hkdfSync('sha256', secretKey, '', `composite-handler signer ${purpose}`, 32)),
    );
  }

  /** The signature of a text. */
  sign(text: string): string {
    return this.#digest(text).toString('base64url');
  }

  /** Whether a signature is that of this text, by this key and purpose. */
  verify(text: string, signature: string): boolean {
    const expected = this.#digest(text);
    const given = Buffer.from(signature, 'base64url');
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  #digest(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text, 'utf8').digest();
  }
}
