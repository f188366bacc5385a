import type { SecretBox } from '../../../platform/crypto/secret-box.ts';
import { maskUrl } from './origin-error.ts';

/** An origin as it is stored. */
export interface StoredOrigin {
  /** As people may see it: the user, the password and the values of the query are masked. */
  readonly shown: string;
  /** The whole URL, sealed for one member; `null` if it has nothing to mask. */
  readonly sealed: string | null;
}

/** Makes of an origin what is stored: a URL with a user, a password or a query may be a credential, and is sealed. */
export function sealOrigin(origin: string, memberId: string, box: SecretBox): StoredOrigin {
  const url = URL.parse(origin);
  const hasCredential = url === null || `${url.username}${url.password}${url.search}` !== '';
  if (!hasCredential) return { shown: origin, sealed: null };
  return { shown: maskUrl(origin), sealed: box.seal(origin, purposeOf(memberId)) };
}

/**
 * Returns the whole URL of a member's origin.
 *
 * @throws {UnsealError} if it was changed, sealed for another member, or sealed with another secret key.
 */
export function openOrigin({ shown, sealed }: StoredOrigin, memberId: string, box: SecretBox): string {
  return sealed === null ? shown : box.open(sealed, purposeOf(memberId));
}

/** What a sealed origin is bound to, so that it opens for no other member. */
function purposeOf(memberId: string): string {
  return `origin of the composite member ${memberId}`;
}
