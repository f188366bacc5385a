import { Budget } from '../../../../map-kit/budget.ts';
import type { RgbaPicture } from '../../../../map-kit/picture-encoding.ts';
import type { PictureSize } from '../../../../map-kit/wms/map-parameters.ts';
import { type OutsideClient, OutsideRequestError } from '../../fetching/outside-client.ts';
import {
  decodingBytes,
  MOST_PICTURE_BYTES,
  openPicture,
  pictureErrorOf,
} from '../../pictures/decode-picture.ts';
import { HostTurns } from './host-turns.ts';
import { RestingHosts } from './resting-hosts.ts';

/** Memory for pictures that are decoded at the same time: one of the largest, or many tiles. */
const DECODING_BYTES = 64 * 1_024 ** 2;

/** Memory for tiles that are put together at the same time. */
const CANVAS_BYTES = 128 * 1_024 ** 2;

/** Statuses with which servers say that they have no such tile. */
const MISSING_STATUSES: readonly (number | undefined)[] = [404, 410];

/** Fetches pictures from map servers: few at a time from each host, and none from a host that does not reply. */
export class MapPictures {
  /** Bytes of memory for tiles that are put together. */
  readonly canvases = new Budget(CANVAS_BYTES);
  readonly #client: OutsideClient;
  readonly #turns: HostTurns;
  readonly #resting = new RestingHosts();
  readonly #memory = new Budget(DECODING_BYTES);

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
    return this.#decode(await this.#get(url, signal), size, signal);
  }

  /** Fetches a tile likewise. Returns `undefined` where the server has none there. */
  async fetchTile(url: URL, size: PictureSize, signal: AbortSignal): Promise<RgbaPicture | undefined> {
    try {
      const body = await this.#get(url, signal);
      return body.length === 0 ? undefined : await this.#decode(body, size, signal);
    } catch (error) {
      if (error instanceof OutsideRequestError && MISSING_STATUSES.includes(error.status)) return undefined;
      throw error;
    }
  }

  #get(url: URL, signal: AbortSignal): Promise<Buffer> {
    const { host } = url;
    return this.#turns.run(host, signal, async () => {
      this.#resting.check(host);
      try {
        const { body } = await this.#client.get(url, { signal, maximumBytes: MOST_PICTURE_BYTES });
        return body;
      } catch (error) {
        this.#resting.note(host, error);
        throw error;
      }
    });
  }

  async #decode(
    body: Buffer,
    { widthPixels, heightPixels }: PictureSize,
    signal: AbortSignal,
  ): Promise<RgbaPicture> {
    try {
      const metadata = await openPicture(body).metadata();
      const { width, height } = metadata;
      const isOfSize = width === widthPixels && height === heightPixels;
      const bytes = (width + widthPixels) * height * 4 + decodingBytes(metadata);
      const rgba = await this.#memory.run(bytes, signal, () => {
        const picture = openPicture(body);
        if (!isOfSize) picture.resize(widthPixels, heightPixels, { fit: 'fill' });
        return picture.toColourspace('srgb').ensureAlpha().raw({ depth: 'uchar' }).toBuffer();
      });
      return { rgba, widthPixels, heightPixels };
    } catch (error) {
      signal.throwIfAborted();
      throw pictureErrorOf(error);
    }
  }
}
