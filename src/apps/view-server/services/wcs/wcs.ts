import pLimit from 'p-limit';
import type { AppContext } from '../../../../app-kit/app-context.ts';
import type { Box } from '../../../../map-kit/box.ts';
import { owsExceptionReport } from '../../../../map-kit/exception-report.ts';
import { OgcError } from '../../../../map-kit/ogc-error.ts';
import type { OgcRequest } from '../../../../map-kit/ogc-request.ts';
import type { OwsCall, OwsReply, OwsService } from '../../../../map-kit/replies/ows-service.ts';
import { inlineDisposition } from '../../../../platform/http/inline-file.ts';
import { collectionsOfProduct, findCollectionExtent } from '../../catalogue/collection-extents.ts';
import { findProduct } from '../../catalogue/find-product.ts';
import { findCoverage, listCoverages } from '../../catalogue/list-coverages.ts';
import type { ListedCoverage } from '../../catalogue/product.ts';
import type { Collection } from '../../collections/collection.ts';
import { openCollections } from '../../collections/collections.ts';
import { openFileStore } from '../../files/open-file-store.ts';
import { openImageLibrary } from '../../renderer/open-renderer.ts';
import { viewServerSettings } from '../../settings.ts';
import type { DescribedCollection } from '../wms/describe-service.ts';
import { COVERAGE_FORMAT } from './coverage-description.ts';
import { writeGeoTiff } from './geotiff-writer.ts';
import { WCS_VERSION } from './namespaces.ts';
import { readCoverage } from './read-coverage.ts';
import { readSubsets, type Subsets } from './subset-parameter.ts';
import {
  CAPABILITIES_SECTIONS,
  type CapabilitiesSection,
  coverageDescriptions,
  coverageSetDescription,
  wcsCapabilities,
} from './wcs-documents.ts';

/** Coverages that the capabilities list, at most. */
const MOST_LISTED = 200;

/** Coverages that a request describes by default, and at most. */
const DESCRIBED = { default: 100, most: 1_000 } as const;

/** Identifiers of one request, at most. */
const MOST_IDENTIFIERS = 100;

/** Coverages that are put together at the same time: each may be large. */
const COVERAGES_AT_ONCE = 2;

const XML = 'application/xml; charset=utf-8';

/** Makes the Web Coverage Service 2.0.1 with the EO profile. */
export function createWcs(context: AppContext): OwsService {
  const { platform } = context;
  const { database } = platform;
  const { maximumSizePixels } = platform.settingsOf(viewServerSettings).renderer;
  const limit = pLimit(COVERAGES_AT_ONCE);
  const operations: Readonly<Record<string, (call: OwsCall) => Promise<OwsReply>>> = {
    getcapabilities: getCapabilities,
    describecoverage: describeCoverage,
    describeeocoverageset: describeEoCoverageSet,
    getcoverage: getCoverage,
  };

  async function getCapabilities({ parameters, url }: OwsCall): Promise<OwsReply> {
    checkAcceptVersions(parameters);
    const sections = readSections(parameters, CAPABILITIES_SECTIONS);
    const { list } = await openCollections(platform);
    const coverages: ListedCoverage[] = [];
    for (const { id } of list) {
      const page = { offset: 0, limit: MOST_LISTED - coverages.length };
      if (page.limit > 0) {
        coverages.push(...(await listCoverages(database, { collection: id }, page)).coverages);
      }
    }
    return {
      contentType: XML,
      body: wcsCapabilities({
        url,
        sections,
        collections: await describeCollections(list),
        coverages,
        countDefault: DESCRIBED.default,
      }),
      keepSeconds: 0,
    };
  }

  async function describeCoverage({ parameters }: OwsCall): Promise<OwsReply> {
    checkVersion(parameters);
    const identifiers = readIdentifiers(parameters, 'coverageId', 'emptyCoverageIdList');
    const coverages = await Promise.all(identifiers.map(getListedCoverage));
    return { contentType: XML, body: coverageDescriptions(coverages), keepSeconds: 0 };
  }

  async function describeEoCoverageSet({ parameters }: OwsCall): Promise<OwsReply> {
    checkVersion(parameters);
    const identifiers = readIdentifiers(parameters, 'eoId', 'emptyEoIdList');
    const wanted = parameters.findWholeNumber('count', 0, Number.MAX_SAFE_INTEGER) ?? DESCRIBED.default;
    const count = Math.min(wanted, DESCRIBED.most);
    const sections = readSections(parameters, ['All', 'CoverageDescriptions', 'DatasetSeriesDescriptions']);
    const part = partOf(parameters);
    const { list } = await openCollections(platform);
    const found: ListedCoverage[] = [];
    const series: Collection[] = [];
    let numberMatched = 0;
    for (const identifier of identifiers) {
      const collection = list.find(({ id }) => id === identifier);
      if (collection) series.push(collection);
      const set = collection
        ? await coveragesOfCollection(collection, part, count - found.length)
        : await coveragesOf(identifier, part);
      found.push(...set.coverages.slice(0, count - found.length));
      numberMatched += set.total;
    }
    const wants = (section: 'CoverageDescriptions' | 'DatasetSeriesDescriptions') =>
      sections.includes('All') || sections.includes(section);
    return {
      contentType: XML,
      body: coverageSetDescription({
        numberMatched,
        coverages: wants('CoverageDescriptions') ? found : undefined,
        collections: wants('DatasetSeriesDescriptions') ? await describeCollections(series) : undefined,
      }),
      keepSeconds: 0,
    };
  }

  async function getCoverage({ parameters, signal }: OwsCall): Promise<OwsReply> {
    checkVersion(parameters);
    const format = parameters.find('format') ?? COVERAGE_FORMAT;
    if (!/^image\/(geo)?tiff(;.*)?$/i.test(format)) {
      throw new OgcError('InvalidParameterValue', `There are no coverages as ${format.slice(0, 60)}.`, {
        locator: 'format',
      });
    }
    const coverage = await getListedCoverage(parameters.get('coverageId'));
    const { list } = await openCollections(platform);
    const names = await collectionsOfProduct(database, coverage.product.id);
    const collection = list.find(({ id }) => names.includes(id));
    if (!collection) throw noSuchCoverage(coverage.identifier);
    const store = openFileStore(platform, collection.target);
    const { version } = coverage.product;
    const body = await limit(async () => {
      signal.throwIfAborted();
      const images = openImageLibrary(context);
      const image = await images.open({ store, path: coverage.path, version }, signal);
      return writeGeoTiff(await readCoverage(image, parameters, maximumSizePixels, signal));
    });
    return {
      contentType: COVERAGE_FORMAT,
      body,
      headers: { 'Content-Disposition': inlineDisposition(`${coverage.identifier}.tif`) },
      keepSeconds: 0,
    };
  }

  async function describeCollections(list: readonly Collection[]): Promise<DescribedCollection[]> {
    return Promise.all(
      list.map(async (collection) => ({
        collection,
        extent: await findCollectionExtent(database, collection.id),
      })),
    );
  }

  async function getListedCoverage(identifier: string): Promise<ListedCoverage> {
    const coverage = await findCoverage(database, identifier);
    if (coverage) return coverage;
    throw noSuchCoverage(identifier);
  }

  /** What a subset contains is filtered of the first ones that it touches. */
  async function coveragesOfCollection(
    { id }: Collection,
    { box, interval, isContained }: SetPart,
    count: number,
  ): Promise<{ readonly coverages: readonly ListedCoverage[]; readonly total: number }> {
    const filter = { collection: id, box, interval };
    if (!isContained) return listCoverages(database, filter, { offset: 0, limit: count });
    const { coverages } = await listCoverages(database, filter, { offset: 0, limit: DESCRIBED.most });
    const inside = coverages.filter(({ product }) => isInside(product, { box, interval }));
    return { coverages: inside.slice(0, count), total: inside.length };
  }

  /** Those of a product, or the coverage with this identifier. */
  async function coveragesOf(
    identifier: string,
    part: SetPart,
  ): Promise<{ readonly coverages: readonly ListedCoverage[]; readonly total: number }> {
    const product = await findProduct(database, identifier);
    const coverage = product ? undefined : await findCoverage(database, identifier);
    const all = product
      ? product.coverages.map((each) => ({ ...each, product }))
      : coverage
        ? [coverage]
        : undefined;
    if (!all) {
      const message = `There is no collection, product or coverage ${identifier.slice(0, 200)}.`;
      throw new OgcError('NoSuchDatasetSeriesOrCoverage', message, { locator: 'eoId', status: 404 });
    }
    const coverages = all.filter((each) =>
      part.isContained ? isInside(each.product, part) : meets(each.product, part),
    );
    return { coverages, total: coverages.length };
  }

  return {
    async answer(call) {
      const name = call.parameters.get('request');
      const operation = name.toLowerCase();
      const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
      if (run) return run(call);
      const message = `The service has no request ${name.slice(0, 60)}.`;
      throw new OgcError('OperationNotSupported', message, { locator: name.slice(0, 60) });
    },
    report: async (error) => owsExceptionReport(error, '2.0', WCS_VERSION),
  };
}

/** Which coverages of a set are described. */
interface SetPart {
  readonly box: Box | undefined;
  readonly interval: Subsets['time'];
  readonly isContained: boolean;
}

function partOf(parameters: OgcRequest): SetPart {
  const { x, y, time } = readSubsets(parameters);
  const other = [x?.srs, y?.srs].find((srs) => srs !== undefined && srs !== 'EPSG:4326');
  if (other !== undefined) {
    throw new OgcError('SubsettingCrs-NotSupported', `Subsets are in EPSG:4326, not in ${other}.`, {
      locator: 'subset',
    });
  }
  const containment = parameters.find('containment')?.toUpperCase() ?? 'OVERLAPS';
  if (!['OVERLAPS', 'CONTAINS'].includes(containment)) {
    throw new OgcError('InvalidParameterValue', 'containment has to be OVERLAPS or CONTAINS.', {
      locator: 'containment',
    });
  }
  const box = {
    minX: x?.low ?? -180,
    maxX: x?.high ?? 180,
    minY: y?.low ?? -90,
    maxY: y?.high ?? 90,
  };
  return { box: x || y ? box : undefined, interval: time, isContained: containment === 'CONTAINS' };
}

type CoveredProduct = ListedCoverage['product'];

function isInside(product: CoveredProduct, { box, interval }: Pick<SetPart, 'box' | 'interval'>): boolean {
  const isInBox =
    !box ||
    product.boxes.every(
      (each) =>
        each.minX >= box.minX && each.maxX <= box.maxX && each.minY >= box.minY && each.maxY <= box.maxY,
    );
  return isInBox && (!interval || (product.begins >= interval.begin && product.ends <= interval.end));
}

function meets(product: CoveredProduct, { box, interval }: Pick<SetPart, 'box' | 'interval'>): boolean {
  const isInBox =
    !box ||
    product.boxes.some(
      (each) =>
        each.minX <= box.maxX && each.maxX >= box.minX && each.minY <= box.maxY && each.maxY >= box.minY,
    );
  return isInBox && (!interval || (product.begins <= interval.end && product.ends >= interval.begin));
}

function noSuchCoverage(identifier: string): OgcError {
  return new OgcError('NoSuchCoverage', `There is no coverage ${identifier.slice(0, 200)}.`, {
    locator: identifier.slice(0, 200),
  });
}

function readIdentifiers(parameters: OgcRequest, key: string, codeIfEmpty: string): readonly string[] {
  const identifiers = [...new Set(parameters.get(key).split(','))];
  if (identifiers.length > MOST_IDENTIFIERS || identifiers.includes('')) {
    throw new OgcError(codeIfEmpty, `${key} has to have 1 to ${MOST_IDENTIFIERS} identifiers.`, {
      locator: key,
      status: 404,
    });
  }
  return identifiers;
}

function checkVersion(parameters: OgcRequest): void {
  const version = parameters.get('version');
  if (/^2\.0(\.[01])?$/.test(version)) return;
  throw new OgcError('InvalidParameterValue', `The version is ${WCS_VERSION}.`, { locator: 'version' });
}

function checkAcceptVersions(parameters: OgcRequest): void {
  const accepted = parameters.find('acceptVersions') ?? parameters.find('version');
  if (
    accepted === undefined ||
    accepted.split(',').some((version) => /^2\.0(\.[01])?$/.test(version.trim()))
  ) {
    return;
  }
  throw new OgcError('VersionNegotiationFailed', `The version is ${WCS_VERSION}.`, {
    locator: 'acceptVersions',
  });
}

function readSections<Section extends CapabilitiesSection | string>(
  parameters: OgcRequest,
  known: readonly Section[],
): readonly Section[] {
  const wanted = parameters.find('sections')?.split(',') ?? ['All'];
  return wanted.map((name) => {
    const section = known.find((each) => each.toLowerCase() === name.trim().toLowerCase());
    if (section !== undefined) return section;
    throw new OgcError('InvalidParameterValue', `There is no section ${name.slice(0, 60)}.`, {
      locator: 'sections',
    });
  });
}
