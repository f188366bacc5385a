import { footprintOfBox } from '../../../../src/apps/view-server/catalogue/footprint.ts';
import type { NewProduct } from '../../../../src/apps/view-server/catalogue/product.ts';
import type { Box } from '../../../../src/map-kit/box.ts';

/** A product over Vienna on one day, with one coverage, that differs from the plainest one in these fields. */
export function sampleProduct(
  identifier: string,
  { box = VIENNA, ...differing }: Partial<NewProduct> & { readonly box?: Box } = {},
): NewProduct {
  return {
    identifier,
    type: 'PHR_FUS__3',
    level: 'Level_3',
    footprint: footprintOfBox(box),
    begins: new Date('2018-06-10T10:00:00Z'),
    ends: new Date('2018-06-10T11:00:00Z'),
    prefix: `data/${identifier}`,
    collections: ['vhr18'],
    coverages: [
      {
        identifier: `${identifier}_image`,
        coverageType: 'RGB',
        path: `data/${identifier}/image.tif`,
        widthPixels: 400,
        heightPixels: 200,
        bandCount: 3,
        srs: 'EPSG:4326',
        box,
      },
    ],
    masks: [],
    files: [{ kind: 'metadata', path: `data/${identifier}/metadata.xml` }],
    properties: { cloudCover: 10, platform: 'PHR' },
    ...differing,
  };
}

/** A box around Vienna. */
export const VIENNA: Box = { minX: 16, minY: 48, maxX: 17, maxY: 49 };
