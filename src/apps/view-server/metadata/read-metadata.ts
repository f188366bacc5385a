import { readBrowseReport } from './browse-report.ts';
import { readEarthObservation } from './earth-observation.ts';
import { readJsonMetadata } from './json-metadata.ts';
import { MetadataError } from './metadata-error.ts';
import type { ProductMetadata } from './product-metadata.ts';
import { readXml } from './xml-text.ts';

/**
 * Reads a file of metadata: EO profile, a GSC report, a browse report, or JSON.
 *
 * @returns `undefined` for XML of another kind.
 * @throws {MetadataError} it cannot be read, or contradicts itself.
 */
export function readMetadata(bytes: Buffer): ProductMetadata | undefined {
  const start = bytes.subarray(0, 100).toString('latin1').trimStart();
  if (start.startsWith('{')) return readJsonMetadata(utf8(bytes));
  return readXml(bytes, (root) => {
    switch (root.name) {
      case 'EarthObservation':
      case 'report':
        return readEarthObservation(root);
      case 'browseReport':
        return readBrowseReport(root);
      default:
        return undefined;
    }
  });
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new MetadataError('The metadata is JSON that is not in UTF-8', { cause: error });
  }
}
