const TYPES: Readonly<Record<string, string>> = {
  tif: 'image/tiff; application=geotiff; profile=cloud-optimized',
  tiff: 'image/tiff; application=geotiff; profile=cloud-optimized',
  xml: 'application/xml',
  gml: 'application/gml+xml',
  kml: 'application/vnd.google-earth.kml+xml',
  json: 'application/json',
  geojson: 'application/geo+json',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  txt: 'text/plain',
  pdf: 'application/pdf',
};

/** Returns the media type of a product's file, by the ending of its name. */
export function contentTypeOf(path: string): string {
  const ending = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(TYPES, ending) ? (TYPES[ending] ?? '') : 'application/octet-stream';
}
