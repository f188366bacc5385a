import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FileStore } from '../../../../../src/apps/view-server/files/file-store.ts';
import { FolderStore } from '../../../../../src/apps/view-server/files/folder-store.ts';
import { drawImage } from '../../../../../src/apps/view-server/renderer/images/draw-image.ts';
import { ImageLibrary } from '../../../../../src/apps/view-server/renderer/images/image-library.ts';
import { channelsOf } from '../../../../../src/apps/view-server/renderer/layers/channels.ts';
import type { Box } from '../../../../../src/map-kit/box.ts';
import type { Srs } from '../../../../../src/map-kit/crs.ts';
import { pixelsOfRgba } from '../../pixels.ts';
import { writeSampleCog } from '../../sample-cog.ts';

/** A folder whose reads a test counts. */
class CountedStore extends FolderStore {
  readonly ranges: { startByte: number; lengthBytes: number }[] = [];

  override readRange(
    ...[path, startByte, lengthBytes, signal]: Parameters<FileStore['readRange']>
  ): Promise<Buffer> {
    this.ranges.push({ startByte, lengthBytes });
    return super.readRange(path, startByte, lengthBytes, signal);
  }
}

const BOX: Box = { minX: 16, minY: 47, maxX: 18, maxY: 49 };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'image-library-'));
  await writeSampleCog(join(folder, 'large.tif'), {
    widthPixels: 2_000,
    heightPixels: 2_000,
    srs: 'EPSG:4326',
    box: BOX,
    bandCount: 3,
    sampleType: 'uint8',
    nodata: undefined,
    // So that blocks are no small ones.
    draw: (column, row) => [(column * 7919 + row * 104_729) % 251, (column * row) % 253, column % 256],
  });
});

afterAll(() => rm(folder, { recursive: true }));

const { signal } = new AbortController();

function library(blockCacheBytes = 64 * 1_024 * 1_024): ImageLibrary {
  return new ImageLibrary({ blockCacheBytes, readTimeoutMilliseconds: 10_000 });
}

async function drawTile(images: ImageLibrary, store: FileStore, box: Box, srs: Srs = 'EPSG:4326') {
  const image = await images.open({ store, path: 'large.tif', version: 1 }, signal);
  const canvas = { widthPixels: 256, heightPixels: 256, rgba: Buffer.alloc(256 * 256 * 4) };
  const channels = channelsOf(image.description, undefined) ?? [];
  await drawImage(canvas, { box, srs }, { image, channels, box }, signal);
  return pixelsOfRgba(canvas.rgba, 256, 256);
}

/** Tiles of all levels at many places. */
function tileBoxes(): Box[] {
  return [0.03, 0.1, 0.2, 0.256, 0.3, 0.49, 0.7, 1, 1.5].flatMap((size) =>
    [0.01, 0.26, 0.355, 0.499].map((offset) => ({
      minX: BOX.minX + offset,
      minY: BOX.minY + offset * 1.1,
      maxX: BOX.minX + offset + size,
      maxY: BOX.minY + offset * 1.1 + size,
    })),
  );
}

describe('a tile of an image that is not known yet', () => {
  it('takes two ranges at most for the directories, and four for the blocks', async () => {
    for (const box of tileBoxes()) {
      const store = new CountedStore(folder);
      const images = library();
      await images.open({ store, path: 'large.tif', version: 1 }, signal);
      expect(store.ranges.length).toBeLessThanOrEqual(2);
      const opening = store.ranges.length;
      await drawTile(images, store, box);
      expect(store.ranges.length - opening).toBeLessThanOrEqual(4);
      expect(store.ranges.length - opening).toBeGreaterThan(0);
    }
  });

  it('reads blocks that lie side by side at once', async () => {
    const store = new CountedStore(folder);
    // 16 blocks, in four rows.
    const images = library();
    const image = await images.open({ store, path: 'large.tif', version: 1 }, signal);
    const before = store.ranges.length;
    await image.readWindow(0, { left: 100, top: 100, widthPixels: 800, heightPixels: 800 }, signal);
    expect(store.ranges.length - before).toBe(4);
  });
});

describe('a tile that is drawn again', () => {
  it('reads nothing', async () => {
    const store = new CountedStore(folder);
    const images = library();
    const [box] = tileBoxes();
    if (!box) throw new Error('there are no boxes');
    await drawTile(images, store, box);
    const before = store.ranges.length;
    await drawTile(images, store, box);
    expect(store.ranges.length).toBe(before);
  });

  it('by many at once, is read once', async () => {
    const store = new CountedStore(folder);
    const images = library();
    const box = { minX: 16.1, minY: 47.1, maxX: 16.2, maxY: 47.2 };
    await Promise.all(Array.from({ length: 20 }, () => drawTile(images, store, box)));
    expect(store.ranges.length).toBeLessThanOrEqual(6);
  });

  it('reads again what did not fit in the cache', async () => {
    const store = new CountedStore(folder);
    const images = library(256 * 256 * 3 + 1);
    const boxes = tileBoxes().slice(0, 4);
    for (const box of [...boxes, ...boxes]) await drawTile(images, store, box);
    expect(store.ranges.length).toBeGreaterThan(1 + boxes.length);
  });

  it('is read anew where the product was replaced', async () => {
    const store = new CountedStore(folder);
    const images = library();
    await images.open({ store, path: 'large.tif', version: 1 }, signal);
    const before = store.ranges.length;
    await images.open({ store, path: 'large.tif', version: 2 }, signal);
    expect(store.ranges.length).toBeGreaterThan(before);
  });
});

describe('a tile', () => {
  it('in full resolution has the pixels of the image', async () => {
    const size = 256 / 1_000;
    const { at } = await drawTile(library(), new FolderStore(folder), {
      minX: 16.3,
      maxX: 16.3 + size,
      minY: 48 - size,
      maxY: 48,
    });
    // The pixel in column 300, row 1,000 of the image, and one more.
    for (const [column, row] of [
      [0, 0],
      [100, 50],
    ] as const) {
      const [x, y] = [300 + column, 1_000 + row];
      expect(at(column, row)).toEqual([(x * 7919 + y * 104_729) % 251, (x * y) % 253, x % 256, 255]);
    }
  });

  it('is the same when others are drawn at the same time', async () => {
    const store = new FolderStore(folder);
    const boxes = tileBoxes().slice(0, 12);
    const images = library();
    const together = await Promise.all(boxes.map((box) => drawTile(images, store, box)));
    for (const [index, box] of boxes.entries()) {
      const alone = await drawTile(library(), store, box);
      for (const place of [3, 70, 130, 201]) {
        expect(together[index]?.at(place, place)).toEqual(alone.at(place, place));
      }
    }
  });

  it('is empty beyond the image', async () => {
    const { at } = await drawTile(library(), new FolderStore(folder), {
      minX: 17.9,
      minY: 48,
      maxX: 18.1,
      maxY: 48.2,
    });
    expect(at(100, 100)[3]).toBe(255);
    expect(at(160, 100)[3]).toBe(0);
  });
});

describe('a read that is no longer wanted', () => {
  it('ends for the one who left, and goes on for others', async () => {
    const store = new FolderStore(folder);
    const images = library();
    const leaving = new AbortController();
    const reference = { store, path: 'large.tif', version: 1 };
    const left = images.open(reference, leaving.signal);
    const waiting = images.open(reference, signal);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect((await waiting).description.widthPixels).toBe(2_000);
  });

  it('reads no further', async () => {
    const store = new CountedStore(folder);
    const images = new ImageLibrary({
      blockCacheBytes: 64 * 1_024 * 1_024,
      readTimeoutMilliseconds: 10_000,
      readAheadBytes: 1,
    });
    const image = await images.open({ store, path: 'large.tif', version: 1 }, signal);
    const leaving = new AbortController();
    const whole = { left: 0, top: 0, widthPixels: 2_000, heightPixels: 2_000 };
    const window = image.readWindow(0, whole, leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(window).rejects.toThrow('gone');
    // It has the memory of the first one only when that has ended; two of 64 blocks were read.
    await image.readWindow(0, { ...whole, left: 1_999, top: 1_999, widthPixels: 1, heightPixels: 1 }, signal);
    expect(store.ranges.length).toBeLessThanOrEqual(5);
  });

  it('of a file that is missing is an error', async () => {
    const missing = library().open({ store: new FolderStore(folder), path: 'no.tif', version: 1 }, signal);
    await expect(missing).rejects.toMatchObject({ name: 'FileStoreError' });
  });
});
