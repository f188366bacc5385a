import { rowOfKey } from '../../../app-kit/admin/row-keys.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import type { Box } from '../../../map-kit/box.ts';
import { transformBox } from '../../../map-kit/crs.ts';
import { type EncodedPicture, encodePicture } from '../../../map-kit/picture-encoding.ts';
import { readProducts } from '../catalogue/stored-products.ts';

/** The longer side of a quick-look. */
const SIDE_PIXELS = 640;

/** Web Mercator ends there. */
const MOST_LATITUDE = 85;

/** Draws a product as the map service does; `undefined` if there is no such product. @throws as the renderer does. */
export async function drawQuickLook(
  context: AppContext,
  key: string,
  signal: AbortSignal,
): Promise<EncodedPicture | undefined> {
  const id = rowOfKey(key);
  const [product] = id === undefined ? [] : await readProducts(context.platform.database, [id]);
  if (!product) return undefined;
  const { openRenderer } = await import('../renderer/open-renderer.ts');
  const isMercator = product.box.minY > -MOST_LATITUDE && product.box.maxY < MOST_LATITUDE;
  const srs = isMercator ? 'EPSG:3857' : 'EPSG:4326';
  const box = transformBox(product.box, 'EPSG:4326', srs);
  const picture = await openRenderer(context).draw(
    { layer: product.identifier, box, srs, ...sizeOf(box), maximumProducts: 1 },
    signal,
  );
  return encodePicture(picture, 'mixed');
}

function sizeOf({ minX, minY, maxX, maxY }: Box): { widthPixels: number; heightPixels: number } {
  const scale = SIDE_PIXELS / Math.max(maxX - minX, maxY - minY);
  const pixels = (length: number) => Math.min(SIDE_PIXELS, Math.max(1, Math.round(length * scale)));
  return { widthPixels: pixels(maxX - minX), heightPixels: pixels(maxY - minY) };
}
