import { join } from 'node:path';
import type { Box } from '../../src/map-kit/box.ts';
import { MapService } from '../../test/apps/view-server/map-service.ts';

/** Where the scene is. */
export const SCENE: Box = { minX: 16, minY: 47, maxX: 16.5, maxY: 47.5 };

const SIZE_PIXELS = 4_096;

/** Starts the map service with one image: fields and water with some noise, which packs as photographs do. */
export async function createSampleScene(): Promise<{
  readonly service: MapService;
  readonly imageFile: string;
}> {
  const service = await MapService.start();
  await service.add({
    identifier: 'LARGE',
    widthPixels: SIZE_PIXELS,
    heightPixels: SIZE_PIXELS,
    box: SCENE,
    draw: (column, row) => {
      const field = Math.sin(column / 90) * Math.cos(row / 70) * 50;
      const noise = ((column * 374_761_393 + row * 668_265_263) >>> 13) % 24;
      return [120 + field + noise, 130 - field / 2 + noise, 90 + field / 3 + noise];
    },
    options: { blockSizePixels: 512 },
  });
  return { service, imageFile: join(service.folder, 'LARGE/image.tif') };
}
