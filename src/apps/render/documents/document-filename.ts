/** The longest name that file systems take. */
const LONGEST_BYTES = 255;

/**
 * Returns the name of a document's file. Clients store documents under it: whatever a caller has named a resource, it is
 * the name of one file, and no path.
 *
 * @param variant which of its documents it is, such as `with numbers - a4`: it goes into brackets.
 */
export function documentFilename(resourceName: string, variant: string): string {
  const ending = ` (${variant}).pdf`;
  const name = resourceName.toWellFormed().replace(/[/\\\p{Cc}]/gu, '-');
  return `${shortened(name, LONGEST_BYTES - Buffer.byteLength(ending))}${ending}`;
}

function shortened(text: string, mostBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= mostBytes) return text;
  const ellipsis = '…';
  // A character that is cut in the middle is decoded as U+FFFD.
  const start = bytes.subarray(0, mostBytes - Buffer.byteLength(ellipsis)).toString();
  return `${start.replace(/\uFFFD$/, '')}${ellipsis}`;
}
