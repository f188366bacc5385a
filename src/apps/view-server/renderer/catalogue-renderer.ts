import pLimit, { type LimitFunction } from 'p-limit';
import type { Box } from '../../../map-kit/box.ts';
import { boxesMeet } from '../../../map-kit/box.ts';
import { transformBox } from '../../../map-kit/crs.ts';
import { LongWork } from '../../../map-kit/long-work.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { findProducts } from '../catalogue/find-products.ts';
import { KeptProducts } from '../catalogue/kept-products.ts';
import type { CatalogueProduct, FoundProducts } from '../catalogue/product.ts';
import { UnreadableImageError } from '../cog/cog-engine.ts';
import type { Collection } from '../collections/collection.ts';
import type { FileStore } from '../files/file-store.ts';
import { CanvasMemory } from './canvas-memory.ts';
import { drawImage } from './images/draw-image.ts';
import type { ImageLibrary } from './images/image-library.ts';
import { channelsOf } from './layers/channels.ts';
import { browseOf, findLayer, type Layer } from './layers/find-layer.ts';
import type { MapPicture, MapRenderer, MapRequest } from './map-picture.ts';
import { type CanvasPlace, drawOutlines } from './outlines/draw-outlines.ts';
import { RenderTimeoutError } from './render-timeout-error.ts';
import type { Canvas } from './warp/draw-window.ts';

/** What {@link CatalogueRenderer} draws from. */
export interface RendererSources {
  readonly database: Database;
  readonly collections: () => Promise<readonly Collection[]>;
  /** Returns the store of a collection's images. */
  readonly storeOf: (collection: Collection) => FileStore;
  readonly images: ImageLibrary;
  readonly timeoutSeconds: number;
}

/** Maps that a process draws at the same time. */
const MAPS_AT_ONCE = 8;

/** A large picture is drawn in squares, so that little of its images is in memory at a time. */
const SQUARE_PIXELS = 512;

/** Draws the images and footprints of the catalogue's products. */
export class CatalogueRenderer implements MapRenderer {
  readonly #sources: RendererSources;
  readonly #limit: LimitFunction = pLimit(MAPS_AT_ONCE);
  readonly #products = new KeptProducts();
  readonly #memory = new CanvasMemory();

  constructor(sources: RendererSources) {
    this.#sources = sources;
  }

  async draw(request: MapRequest, signal: AbortSignal): Promise<MapPicture> {
    const { timeoutSeconds } = this.#sources;
    const timeout = AbortSignal.timeout(timeoutSeconds * 1_000);
    const either = AbortSignal.any([signal, timeout]);
    try {
      return await this.#limit(() => {
        either.throwIfAborted();
        return this.#draw(request, either);
      });
    } catch (error) {
      if (timeout.aborted && error === timeout.reason) throw new RenderTimeoutError(timeoutSeconds);
      throw error;
    }
  }

  async #draw(request: MapRequest, signal: AbortSignal): Promise<MapPicture> {
    const { database, collections } = this.#sources;
    const layer = await findLayer(database, await collections(), request.layer);
    const { products, isCut } = await this.#find(layer, request);
    const { widthPixels, heightPixels } = request;
    const canvas = { widthPixels, heightPixels, rgba: this.#memory.take(widthPixels * heightPixels * 4) };
    const hidesOlder =
      layer.style.drawsImages && (await this.#drawImages(canvas, request, layer, products, signal));
    if (layer.style.drawsOutlines) {
      await drawOutlines(
        canvas,
        request,
        products.map(({ footprint }) => footprint),
      );
    }
    return {
      ...canvas,
      productCount: products.length,
      isCut: isCut && !hidesOlder,
      release: () => this.#memory.giveBack(canvas.rgba),
    };
  }

  async #find({ collection, product }: Layer, request: MapRequest): Promise<FoundProducts> {
    return findProducts(
      this.#sources.database,
      {
        collection: collection.id,
        box: withinWorld(transformBox(request.box, request.srs, 'EPSG:4326')),
        interval: request.interval,
        identifier: product?.identifier,
      },
      request.maximumProducts,
      this.#products,
    );
  }

  /** Draws the images of products, and returns whether all pixels are opaque. */
  async #drawImages(
    canvas: Canvas,
    place: CanvasPlace,
    layer: Layer,
    products: readonly CatalogueProduct[],
    signal: AbortSignal,
  ): Promise<boolean> {
    const work = new LongWork();
    let isAllOpaque = true;
    for (const square of squaresOf(canvas, place)) {
      signal.throwIfAborted();
      const isWhole =
        square.widthPixels === canvas.widthPixels && square.heightPixels === canvas.heightPixels;
      const drawn = isWhole
        ? canvas
        : { ...square, rgba: this.#memory.take(square.widthPixels * square.heightPixels * 4) };
      let isSquareOpaque = false;
      for (const product of products) {
        await work.pause();
        signal.throwIfAborted();
        await this.#drawProduct(drawn, square.place, layer, product, signal);
        isSquareOpaque = isOpaque(drawn);
        if (isSquareOpaque) break;
      }
      isAllOpaque &&= isSquareOpaque;
      if (isWhole) continue;
      copySquare(canvas, drawn, square);
      this.#memory.giveBack(drawn.rgba);
    }
    return isAllOpaque;
  }

  async #drawProduct(
    canvas: Canvas,
    place: CanvasPlace,
    { collection, style }: Layer,
    product: CatalogueProduct,
    signal: AbortSignal,
  ): Promise<void> {
    const box = product.boxes
      .flatMap(turned)
      .map((each) => transformBox(each, 'EPSG:4326', place.srs))
      .find((each) => boxesMeet(each, place.box));
    const browse = browseOf(collection, product.type, style.browse);
    if (!box || (style.browse !== undefined && !browse)) return;
    const store = this.#sources.storeOf(collection);
    for (const { path } of product.coverages) {
      try {
        const image = await this.#sources.images.open({ store, path, version: product.version }, signal);
        const channels = channelsOf(image.description, browse);
        if (channels) await drawImage(canvas, place, { image, channels, box }, signal);
      } catch (error) {
        if (error instanceof UnreadableImageError) {
          throw new UnreadableImageError(`${path} cannot be read: ${error.message}`, { cause: error });
        }
        throw error;
      }
    }
  }
}

/** A box, and where it is after a turn of the world to the east and to the west. */
function turned(box: Box): Box[] {
  return [0, 360, -360].map((turn) => ({ ...box, minX: box.minX + turn, maxX: box.maxX + turn }));
}

/** Returns a box with longitudes from -180 to 180; across the antimeridian its `minX` is greater than its `maxX`. */
function withinWorld(box: Box): Box {
  const { minY, maxY } = box;
  if (box.maxX - box.minX >= 360) return { minX: -180, maxX: 180, minY, maxY };
  return { minX: longitudeWithin(box.minX), maxX: longitudeWithin(box.maxX), minY, maxY };
}

function longitudeWithin(longitude: number): number {
  if (longitude >= -180 && longitude <= 180) return longitude;
  return longitude - 360 * Math.floor((longitude + 180) / 360);
}

function isOpaque({ rgba }: Canvas): boolean {
  for (let index = 3; index < rgba.length; index += 4) if (rgba[index] !== 255) return false;
  return true;
}

interface Square {
  readonly left: number;
  readonly top: number;
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly place: CanvasPlace;
}

function* squaresOf({ widthPixels, heightPixels }: Canvas, { box, srs }: CanvasPlace): Generator<Square> {
  const stepX = (box.maxX - box.minX) / widthPixels;
  const stepY = (box.maxY - box.minY) / heightPixels;
  for (let top = 0; top < heightPixels; top += SQUARE_PIXELS) {
    for (let left = 0; left < widthPixels; left += SQUARE_PIXELS) {
      const right = Math.min(widthPixels, left + SQUARE_PIXELS);
      const bottom = Math.min(heightPixels, top + SQUARE_PIXELS);
      yield {
        left,
        top,
        widthPixels: right - left,
        heightPixels: bottom - top,
        place: {
          srs,
          box: {
            minX: box.minX + left * stepX,
            maxX: box.minX + right * stepX,
            minY: box.maxY - bottom * stepY,
            maxY: box.maxY - top * stepY,
          },
        },
      };
    }
  }
}

function copySquare(canvas: Canvas, square: Canvas, { left, top }: Pick<Square, 'left' | 'top'>): void {
  const rowBytes = square.widthPixels * 4;
  for (let row = 0; row < square.heightPixels; row += 1) {
    const to = ((top + row) * canvas.widthPixels + left) * 4;
    square.rgba.copy(canvas.rgba, to, row * rowBytes, (row + 1) * rowBytes);
  }
}
