import type { Box } from '../../../../map-kit/box.ts';

/** A made-up scene: where and when a satellite would have taken it. */
export interface Scene {
  readonly id: string;
  readonly begins: string;
  readonly ends: string;
  /** A zone of UTM. */
  readonly srs: string;
  /** In that system. */
  readonly box: Box;
  /** Where its clouds are; other scenes have others. */
  readonly cloudSeed: number;
  /** Of the sky that is covered, about. */
  readonly cloudShare: number;
}

/** The side of a pixel. */
export const PIXEL_METRES = 24;

const NORTH = { minY: 5_030_000, maxY: 5_054_000 } as const;

/**
 * Two neighbours on one day, on both sides of 12° E, where the zones 32 and 33 of UTM meet; and ten days later the place of
 * the first one again, with fewer clouds.
 */
export const SCENES: readonly Scene[] = [
  {
    id: 'DEMO_20260603_T32',
    begins: '2026-06-03T10:10:21Z',
    ends: '2026-06-03T10:10:35Z',
    srs: 'EPSG:32632',
    box: { minX: 713_000, maxX: 737_000, ...NORTH },
    cloudSeed: 11,
    cloudShare: 0.3,
  },
  {
    id: 'DEMO_20260603_T33',
    begins: '2026-06-03T10:10:24Z',
    ends: '2026-06-03T10:10:38Z',
    srs: 'EPSG:32633',
    box: { minX: 263_500, maxX: 287_500, ...NORTH },
    cloudSeed: 23,
    cloudShare: 0.18,
  },
  {
    id: 'DEMO_20260613_T32',
    begins: '2026-06-13T10:10:19Z',
    ends: '2026-06-13T10:10:33Z',
    srs: 'EPSG:32632',
    box: { minX: 711_000, maxX: 735_000, ...NORTH },
    cloudSeed: 42,
    cloudShare: 0.08,
  },
];

/** Width and height of a scene. */
export function sizeOf({ box }: Scene): { readonly widthPixels: number; readonly heightPixels: number } {
  return {
    widthPixels: Math.round((box.maxX - box.minX) / PIXEL_METRES),
    heightPixels: Math.round((box.maxY - box.minY) / PIXEL_METRES),
  };
}
