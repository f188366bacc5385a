import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { PRODUCT_SLUG } from '../product.ts';

/** A sealed text was changed, cut, bound to something else, or sealed with another key. */
export class UnsealError extends Error {
  override readonly name = 'UnsealError';

  constructor(cause?: unknown) {
    super(
      'A sealed value cannot be opened: it was changed, belongs to something else, or was sealed with another DJANGO_SECRET_KEY (SECRET_KEY_FALLBACKS has to name an earlier one)',
      { cause },
    );
  }
}

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts and authenticates small texts at rest (AES-256-GCM, its key derived from the secret key). */
export class SecretBox {
  /** Made once: from raw bytes each call would make one anew, which takes longer than sealing. */
  readonly #key: KeyObject;
  readonly #fallbackKeys: readonly KeyObject[];

  /** @param fallbackSecretKeys earlier ones: what was sealed with them still opens, and nothing is sealed with them. */
  constructor(secretKey: string, fallbackSecretKeys: readonly string[] = []) {
    this.#key = deriveKey(secretKey);
    this.#fallbackKeys = fallbackSecretKeys.map(deriveKey);
  }

  /**
   * Encrypts; each call returns another text for the same plain one.
   *
   * @param boundTo what the sealed text belongs to: it opens with the same alone. It is not in the sealed text.
   */
  seal(plain: string, boundTo: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce);
    cipher.setAAD(Buffer.from(boundTo));
    const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
  }

  /**
   * Decrypts what {@link seal} returned.
   *
   * @param boundTo the same as it was sealed with.
   * @throws {UnsealError}
   */
  open(sealed: string, boundTo: string): string {
    const bytes = Buffer.from(sealed, 'base64url');
    let refusal: unknown;
    for (const key of [this.#key, ...this.#fallbackKeys]) {
      try {
        return decipher(bytes, key, boundTo);
      } catch (error) {
        refusal ??= error;
      }
    }
    throw new UnsealError(refusal);
  }
}

function deriveKey(secretKey: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secretKey, '', `${PRODUCT_SLUG} secret-box`, 32)));
}

function decipher(bytes: Buffer, key: KeyObject, boundTo: string): string {
  // With its length given, a tag that was cut short is refused; a shorter one could be guessed.
  const opened = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  opened.setAAD(Buffer.from(boundTo));
  opened.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([opened.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), opened.final()]).toString(
    'utf8',
  );
}
