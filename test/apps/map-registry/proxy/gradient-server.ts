import type { IncomingMessage, ServerResponse } from 'node:http';
import sharp from 'sharp';
import { listenLocally } from '../../../../src/app-kit/sandbox/local-server.ts';
import type { Box } from '../../../../src/map-kit/box.ts';
import { latitudeOf, longitudeOf, type Srs } from '../../../../src/map-kit/crs.ts';
import { eventually } from '../../../support/eventually.ts';

/** What a server does in place of sending the picture. */
export type ServerFault =
  | 'hang'
  | 'status 500'
  | 'status 404'
  | 'a page'
  | 'half a picture'
  | 'a large picture';

/** A map that the server was asked for. */
export interface AskedMap {
  readonly srs: Srs;
  readonly box: Box;
  readonly widthPixels: number;
  readonly heightPixels: number;
}

/** Returns the address of a map. */
export function mapUrl(serverUrl: string, { srs, box, widthPixels, heightPixels }: AskedMap): URL {
  const url = new URL('/map', serverUrl);
  const { minX, minY, maxX, maxY } = box;
  url.search = new URLSearchParams({
    srs,
    box: [minX, minY, maxX, maxY].join(','),
    size: `${widthPixels}x${heightPixels}`,
  }).toString();
  return url;
}

/**
 * A server whose maps say where they are: red grows with longitude and green with latitude, across a frame. Outside of the frame there is
 * nothing.
 */
export class GradientServer {
  readonly url: string;
  /** In longitude and latitude. */
  frame: Box = { minX: -180, minY: -90, maxX: 180, maxY: 90 };
  fault: ServerFault | undefined;
  readonly asked: AskedMap[] = [];
  mostAtOnce = 0;
  /** Whether replies wait for {@link GradientServer.release}. */
  holds = false;
  readonly #held: (() => void)[] = [];
  #underWay = 0;
  readonly #close: () => Promise<void>;

  private constructor(server: { readonly url: string; close(): Promise<void> }) {
    this.url = server.url;
    this.#close = () => server.close();
  }

  static async start(): Promise<GradientServer> {
    const opened: GradientServer[] = [];
    const server = await listenLocally((request, response) => {
      opened[0]?.reply(request, response).catch((error: unknown) => response.destroy(error as Error));
    }, 0);
    const gradient = new GradientServer(server);
    opened.push(gradient);
    return gradient;
  }

  close(): Promise<void> {
    return this.#close();
  }

  /** Forgets what it was asked, and works again. */
  reset(): void {
    this.asked.length = 0;
    this.mostAtOnce = 0;
    this.fault = undefined;
    this.frame = { minX: -180, minY: -90, maxX: 180, maxY: 90 };
  }

  /** Sends the replies that were held, once there are so many, and those that come later. */
  async release(count: number): Promise<void> {
    await eventually(() => this.#held.length >= count);
    this.holds = false;
    for (const send of this.#held.splice(0)) send();
  }

  async reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay);
    response.once('close', () => {
      this.#underWay -= 1;
    });
    const asked = readMap(new URL(request.url ?? '/', this.url));
    this.asked.push(asked);
    if (this.holds) await new Promise<void>((resolve) => this.#held.push(resolve));
    switch (this.fault) {
      case 'hang':
        return;
      case 'status 500':
      case 'status 404':
        response.writeHead(Number(this.fault.slice(-3))).end('no');
        return;
      case 'a page':
        response.end('<html><body>We are back <b>soon</b></body></html>');
        return;
      case 'a large picture':
        response.end(await plain(4_100, 4_100));
        return;
      default: {
        const picture = await this.#paint(asked);
        response.end(this.fault === 'half a picture' ? picture.subarray(0, picture.length / 2) : picture);
      }
    }
  }

  #paint({ srs, box, widthPixels, heightPixels }: AskedMap): Promise<Buffer> {
    const { frame } = this;
    const rgba = Buffer.alloc(widthPixels * heightPixels * 4);
    for (let row = 0; row < heightPixels; row += 1) {
      const y = box.maxY - ((row + 0.5) / heightPixels) * (box.maxY - box.minY);
      const latitude = srs === 'EPSG:3857' ? latitudeOf(y) : y;
      for (let column = 0; column < widthPixels; column += 1) {
        const x = box.minX + ((column + 0.5) / widthPixels) * (box.maxX - box.minX);
        const longitude = srs === 'EPSG:3857' ? longitudeOf(x) : x;
        const red = (longitude - frame.minX) / (frame.maxX - frame.minX);
        const green = (latitude - frame.minY) / (frame.maxY - frame.minY);
        if (red < 0 || red > 1 || green < 0 || green > 1) continue;
        rgba.set([Math.round(red * 255), Math.round(green * 255), 0, 255], (row * widthPixels + column) * 4);
      }
    }
    return sharp(rgba, { raw: { width: widthPixels, height: heightPixels, channels: 4 } })
      .png()
      .toBuffer();
  }
}

function readMap({ searchParams }: URL): AskedMap {
  const [minX = 0, minY = 0, maxX = 0, maxY = 0] = (searchParams.get('box') ?? '').split(',').map(Number);
  const [widthPixels = 0, heightPixels = 0] = (searchParams.get('size') ?? '').split('x').map(Number);
  const srs = searchParams.get('srs') === 'EPSG:3857' ? 'EPSG:3857' : 'EPSG:4326';
  return { srs, box: { minX, minY, maxX, maxY }, widthPixels, heightPixels };
}

function plain(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#336699' } })
    .png()
    .toBuffer();
}
