import { OgcError } from '../../../../map-kit/ogc-error.ts';
import { html } from '../../../../platform/http/page.ts';
import type { CatalogueProduct, Footprint } from '../../catalogue/product.ts';

/** The formats of GetFeatureInfo. */
export const FEATURE_FORMATS = ['application/json', 'text/html'] as const;

/** A format of GetFeatureInfo. */
export type FeatureFormat = (typeof FEATURE_FORMATS)[number];

/** Returns a format by its name. @throws {OgcError} `InvalidFormat` */
export function findFeatureFormat(name: string): FeatureFormat {
  const format = FEATURE_FORMATS.find((each) => each === name.toLowerCase());
  if (format) return format;
  const message = `There is no description of features as ${name.slice(0, 60)}.`;
  throw new OgcError('InvalidFormat', message, { locator: 'INFO_FORMAT' });
}

/** Returns a document that describes products. */
export function describeFeatures(products: readonly CatalogueProduct[], format: FeatureFormat): string {
  return format === 'application/json' ? asGeoJson(products) : asHtml(products);
}

/** Returns whether a position is inside a footprint, by the rule of even and odd crossings. */
export function footprintHolds({ coordinates }: Footprint, longitude: number, latitude: number): boolean {
  return coordinates.some((polygon) => {
    let isInside = false;
    for (const ring of polygon) {
      for (const [index, [x, y]] of ring.entries()) {
        const [nextX, nextY] = ring[index + 1] ?? [x, y];
        const crosses = y > latitude !== nextY > latitude;
        if (crosses && longitude < ((nextX - x) * (latitude - y)) / (nextY - y) + x) isInside = !isInside;
      }
    }
    return isInside;
  });
}

function asGeoJson(products: readonly CatalogueProduct[]): string {
  return JSON.stringify({
    type: 'FeatureCollection',
    features: products.map(({ identifier, footprint, type, level, begins, ends, properties, coverages }) => ({
      type: 'Feature',
      id: identifier,
      geometry: footprint,
      properties: {
        ...properties,
        identifier,
        productType: type,
        productLevel: level,
        begin: begins.toISOString(),
        end: ends.toISOString(),
        coverages: coverages.map((coverage) => coverage.identifier),
      },
    })),
  });
}

function asHtml(products: readonly CatalogueProduct[]): string {
  const rows = products.map(
    ({ identifier, type, level, begins, ends }) =>
      html`<tr><td>${identifier}</td><td>${type}</td><td>${level}</td><td>${begins.toISOString()}</td><td>${ends.toISOString()}</td></tr>`,
  );
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Products</title></head>
<body>
<table>
<thead><tr><th>Product</th><th>Type</th><th>Level</th><th>Begin</th><th>End</th></tr></thead>
<tbody>
${rows}
</tbody>
</table>
</body>
</html>
`.text;
}
