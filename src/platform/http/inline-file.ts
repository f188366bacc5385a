/** Returns the `Content-Disposition` of a file that browsers show, with any name, as RFC 6266 writes it. */
export function inlineDisposition(filename: string): string {
  const encoded = encodeURIComponent(filename.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `inline; filename*=UTF-8''${encoded}`;
}
