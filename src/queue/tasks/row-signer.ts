import canonicalize from 'canonicalize';
import { Signer } from '../../platform/crypto/signer.ts';
import type { Platform } from '../../platform/platform.ts';

/** What a changed row is refused with; it completes a sentence. */
export const CHANGED_ROW =
  'it was changed in the database, or signed with a DJANGO_SECRET_KEY that this process does not have';

/**
 * Signs rows from which tasks are enqueued later, as packages are signed: so write access to the database is not enough
 * to make workers run things.
 */
export class RowSigner {
  readonly #signer: Signer;

  /** @param purpose keeps the signature of a failed task from passing for that of a schedule. */
  constructor({ settings }: Pick<Platform, 'settings'>, purpose: 'failed task' | 'schedule') {
    this.#signer = new Signer(settings.secretKey, purpose, settings.secretKeyFallbacks);
  }

  /** Signs; the signature holds for the content, not for the order of keys, which JSONB does not keep. */
  sign(content: object): string {
    return this.#signer.sign(canonicalize(content) ?? '');
  }

  /** Whether this is the signature of the content, by one of the keys. */
  verify(content: object, signature: string): boolean {
    const text = canonicalText(content);
    return text !== undefined && this.#signer.verify(text, signature);
  }
}

/** What anybody may have written: it may be nested more deeply than the call stack allows. */
function canonicalText(content: object): string | undefined {
  try {
    return canonicalize(content);
  } catch {
    return undefined;
  }
}
