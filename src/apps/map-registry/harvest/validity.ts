import type { Box } from '../../../map-kit/box.ts';
import type { ServiceType } from '../layers/layer.ts';

/** Kinds of services that have no systems of their own: catalogues, and those whose server always draws the same. */
const WITHOUT_SRS: ReadonlySet<ServiceType> = new Set([
  'OGC:CSW',
  'Hypermap:WorldMap',
  'Hypermap:WorldMapLegacy',
  'Hypermap:WARPER',
]);

/** A layer whose box is this near to 0/0 has no place: its server states none, or states it in kilometres. */
const NOWHERE_DEGREES = 2;

/** Returns why a service is not valid, as a sentence; null where it is. */
export function invalidReasonOfService(type: ServiceType, srs: readonly string[]): string | null {
  if (srs.length > 0 || WITHOUT_SRS.has(type)) return null;
  return 'The service offers no supported coordinate reference system.';
}

/** Returns why a layer of a valid service is not valid, as a sentence; null where it is. */
export function invalidReasonOfLayer({ minX, minY, maxX, maxY }: Box): string | null {
  const isNowhere =
    minX > -NOWHERE_DEGREES && minY > -NOWHERE_DEGREES && maxX < NOWHERE_DEGREES && maxY < NOWHERE_DEGREES;
  return isNowhere ? 'The box of the layer is at 0° N 0° E, where it has no place.' : null;
}
