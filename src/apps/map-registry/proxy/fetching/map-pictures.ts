import { Budget } from '../../../../map-kit/budget.ts';
import type { RgbaPicture } from '../../../../map-kit/picture-encoding.ts';
import type { PictureSize } from '../../../../map-kit/wms/map-parameters.ts';
import { type OutsideClient, OutsideRequestError } from '../../fetching/outside-client.ts';
import { decodePicture, MOST_PICTURE_BYTES } from '../../pictures/decode-picture.ts';
import { HostTurns } from './host-turns.ts';
import { RestingHosts } from './resting-hosts.ts';

/** Bytes of the file of a small picture at most. */
const SMALL_PICTURE_BYTES = 1_024 ** 2;

/** Memory for tiles that are put together at the same time: for one large map, or many tiles. */
const CANVAS_BYTES = 48 * 1_024 ** 2;

/** Statuses with which servers say that they have no such tile. */
const MISSING_STATUSES: readonly (number | undefined)[] = [404, 410];

/** Fetches pictures from map servers: few at a time from each host, and none from a host that does not reply. */
export class MapPictures {
  /** Bytes of memory for tiles that are put together. */
  readonly canvases = new Budget(CANVAS_BYTES);
  readonly #client: OutsideClient;
  readonly #turns: HostTurns;
  readonly #resting = new RestingHosts();

  /** @param hostConcurrency requests to one host at a time. */
  constructor(client: OutsideClient, hostConcurrency: number) {
    this.#client = client;
    this.#turns = new HostTurns(hostConcurrency);
  }

  /**
   * Fetches a picture; one of another size is stretched.
   *
   * @throws {OutsideRequestError}
   * @throws {PictureError}
   * @throws {HostBusyError}
   */
  async fetch(url: URL, size: PictureSize, signal: AbortSignal): Promise<RgbaPicture> {
    return rgbaOf(await this.#get(url, size, signal), size, signal);
  }

  /** Fetches a tile likewise. Returns `undefined` where the server has none there. */
  async fetchTile(url: URL, size: PictureSize, signal: AbortSignal): Promise<RgbaPicture | undefined> {
    try {
      const body = await this.#get(url, size, signal);
      return body.length === 0 ? undefined : await rgbaOf(body, size, signal);
    } catch (error) {
      if (error instanceof OutsideRequestError && MISSING_STATUSES.includes(error.status)) return undefined;
      throw error;
    }
  }

  #get(url: URL, size: PictureSize, signal: AbortSignal): Promise<Buffer<ArrayBuffer>> {
    const { host } = url;
    return this.#turns.run(host, signal, async () => {
      this.#resting.check(host);
      try {
        const { body } = await this.#client.get(url, { signal, maximumBytes: mostBytesOf(size) });
        return body;
      } catch (error) {
        this.#resting.note(host, error);
        throw error;
      }
    });
  }
}

/** A file is hardly ever larger than its pixels are. */
function mostBytesOf({ widthPixels, heightPixels }: PictureSize): number {
  return Math.min(Math.max(widthPixels * heightPixels * 4, SMALL_PICTURE_BYTES), MOST_PICTURE_BYTES);
}

async function rgbaOf(
  body: Buffer<ArrayBuffer>,
  { widthPixels, heightPixels }: PictureSize,
  signal: AbortSignal,
): Promise<RgbaPicture> {
  const rgba = await decodePicture(body, {
    signal,
    askedPixels: widthPixels * heightPixels,
    resultBytes: widthPixels * heightPixels * 4,
    work: (picture) =>
      picture
        .resize(widthPixels, heightPixels, { fit: 'fill' })
        .toColourspace('srgb')
        .ensureAlpha()
        .raw({ depth: 'uchar' })
        .toBuffer(),
  });
  return { rgba, widthPixels, heightPixels };
}
