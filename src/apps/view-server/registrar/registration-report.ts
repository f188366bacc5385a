import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { xmlDocument } from '../../../map-kit/xml-document.ts';
import type { NewProduct } from '../catalogue/product.ts';

/** A product that was registered, and where it is served. */
export interface RegistrationReport {
  readonly product: NewProduct;
  /** The path of the item. */
  readonly path: string;
  /** Of the services, without a slash at its end: `https://maps.example.org`. */
  readonly baseUrl: string;
}

/**
 * Writes the report of a registration into a folder, whole or not at all, over an earlier one of the same product.
 *
 * @returns the name of the file.
 */
export async function writeReport(folder: string, report: RegistrationReport): Promise<string> {
  await mkdir(folder, { recursive: true });
  const name = fileNameOf(report.product.identifier);
  const unfinished = join(folder, `.${randomUUID()}`);
  try {
    await writeFile(unfinished, reportXml(report));
    await rename(unfinished, join(folder, name));
  } finally {
    await rm(unfinished, { force: true });
  }
  return name;
}

/** Identifiers that differ only in characters that file names do not have get names that differ. */
function fileNameOf(identifier: string): string {
  const name = identifier
    .replace(/[^A-Za-z0-9._-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 200);
  if (name === identifier) return `${name}.xml`;
  return `${name}-${createHash('sha256').update(identifier).digest('hex').slice(0, 12)}.xml`;
}

/** The report as XML. */
function reportXml({ product, path, baseUrl }: RegistrationReport): string {
  const services = `${baseUrl}/ows`;
  const coverages = product.coverages.map(({ identifier }) => ({
    '@id': identifier,
    describeCoverage: `${services}?service=WCS&version=2.0.1&request=DescribeCoverage&coverageId=${encodeURIComponent(identifier)}`,
  }));
  return xmlDocument({
    registrationReport: {
      item: path,
      product: product.identifier,
      begin: product.begins.toISOString(),
      end: product.ends.toISOString(),
      collection: product.collections,
      wms: {
        capabilities: `${services}?service=WMS&version=1.3.0&request=GetCapabilities`,
        layer: product.identifier,
      },
      wcs: {
        capabilities: `${services}?service=WCS&version=2.0.1&request=GetCapabilities`,
        describeEOCoverageSet: `${services}?service=WCS&version=2.0.1&request=DescribeEOCoverageSet&eoId=${encodeURIComponent(product.identifier)}`,
        coverage: coverages,
      },
    },
  });
}
