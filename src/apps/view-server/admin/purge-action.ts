import { type AdminAction, AdminActionError } from '../../../app-kit/admin/action.ts';
import { asMoment, asText } from '../../../app-kit/admin/list-query.ts';
import type { Box } from '../../../map-kit/box.ts';
import { purgeTiles, WHOLE_WORLD } from '../../../map-kit/tile-cache/purge-tiles.ts';
import type { Platform } from '../../../platform/platform.ts';
import { partsOfBox } from '../catalogue/footprint.ts';
import { UnknownCollectionError } from '../collections/collection.ts';
import { openCollections } from '../collections/collections.ts';
import { TILE_SCHEMA } from '../tiles/collection-tiles.ts';
import { TILES } from './resources.ts';

/** Removes tiles of a collection, or of all; of a box and an interval, where these are given. */
export const purgeAction: AdminAction = {
  name: 'purge',
  resource: TILES,
  async run({ platform }, { input }) {
    const sources = await readCollections(platform, asText(input['collection']));
    const boxes = readBoxes(asText(input['box']));
    const interval = readInterval(asText(input['from']), asText(input['to']));
    const count = await platform.database.transaction((transaction) =>
      purgeTiles(transaction, TILE_SCHEMA, [{ sources, boxes, interval }]),
    );
    const words = count === 1 ? '1 tile' : `${count.toLocaleString('en')} tiles`;
    return { message: `Purged ${words}. They are drawn again when they are requested.`, count };
  },
};

async function readCollections(platform: Platform, chosen: string | undefined): Promise<readonly string[]> {
  const collections = await openCollections(platform);
  if (chosen === undefined) return collections.list.map(({ id }) => id);
  try {
    return [collections.get(chosen).id];
  } catch (error) {
    if (error instanceof UnknownCollectionError) throw new AdminActionError(`${error.message}.`);
    throw error;
  }
}

/** @throws {AdminActionError} */
function readBoxes(text: string | undefined): readonly Box[] {
  if (text === undefined) return [WHOLE_WORLD];
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [west, south, east, north] = numbers;
  const isBox =
    numbers.length === 4 &&
    west !== undefined &&
    south !== undefined &&
    east !== undefined &&
    north !== undefined &&
    Math.abs(west) <= 180 &&
    Math.abs(east) <= 180 &&
    south >= -90 &&
    north <= 90 &&
    south <= north;
  if (!isBox) {
    throw new AdminActionError(
      'The box has to be west, south, east, north in degrees, such as 12.5, 41.8, 12.6, 41.9.',
    );
  }
  return partsOfBox({ minX: west, minY: south, maxX: east, maxY: north });
}

/** @throws {AdminActionError} */
function readInterval(
  from: string | undefined,
  to: string | undefined,
): { readonly begin: Date | undefined; readonly end: Date | undefined } {
  const [begin, end] = [readMoment(from), readMoment(to)];
  if (begin && end && begin > end) throw new AdminActionError('The interval ends before it begins.');
  return { begin, end };
}

function readMoment(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const moment = asMoment(text);
  if (moment === undefined) {
    throw new AdminActionError(`${JSON.stringify(text.slice(0, 50))} is no time of ISO 8601.`);
  }
  return new Date(moment);
}
