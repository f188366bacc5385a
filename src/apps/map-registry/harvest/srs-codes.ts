/** Returns the number of an EPSG code in any of its spellings: `EPSG:4326`, `urn:ogc:def:crs:EPSG::4326`, `4326`. */
function epsgNumber(code: string): string | undefined {
  return /^(?:(?:.*[:/])?EPSG(?::{1,2}|\/)(?:[\d.]+[:/])?)?(\d{1,9})$/i.exec(code.trim())?.[1];
}

/**
 * Returns those of some codes that are supported, each once and in the spelling `EPSG:4326`.
 *
 * @param supported with `EPSG:` or without.
 */
export function supportedSrs(codes: readonly string[], supported: readonly string[]): readonly string[] {
  const known = new Set(supported.map(epsgNumber));
  const offered = new Set(codes.map(epsgNumber));
  return [...offered].flatMap((code) => (code !== undefined && known.has(code) ? [`EPSG:${code}`] : []));
}
