/** Whose pages they are. */
export interface PageOwner {
  readonly customer: number;
  readonly space: number;
  /** The composite's own id, where it has one. */
  readonly compositeId: string | undefined;
  readonly memberId: string;
}

/**
 * The folder of a PDF's pages, below the prefix of all keys: `{customer}/{space}/{compositeId or member id}`. All
 * versions of a composite have the same one.
 */
export function pageFolder({ customer, space, compositeId, memberId }: PageOwner): string {
  return `${customer}/${space}/${compositeFolder(compositeId) ?? memberId}`;
}

/**
 * What a composite id is in a key; `undefined` if nothing is left of it.
 *
 * A composite id may hold slashes, which make folders, and anything else. Empty parts are left out, and what a
 * client or a proxy would take for "this folder" or "the folder above" is written as `%2E`: so no id leads out
 * of its customer's space.
 */
export function compositeFolder(compositeId: string | undefined): string | undefined {
  const parts = (compositeId ?? '').split('/').filter((part) => part !== '');
  if (parts.length === 0) return undefined;
  return parts.map((part) => (/^\.{1,2}$/.test(part) ? part.replaceAll('.', '%2E') : part)).join('/');
}
