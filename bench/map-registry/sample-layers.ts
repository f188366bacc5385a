import { arrayLiteral } from '../../src/platform/database/array-literal.ts';
import type { Database } from '../../src/platform/database/connection.ts';
import type { SeededRandom } from '../../test/support/seeded-random.ts';

const WORDS_OF_A_LAYER = 36;
const VOCABULARY = 8_000;
const SERVICES = 300;
const ROWS_AT_ONCE = 10_000;

/** Stores layers whose words are of a skewed vocabulary, with boxes of 0.01° to the size of the world. Returns their ids. @param slug of a catalogue that exists. */
export async function storeSampleLayers(
  database: Database,
  count: number,
  seeded: SeededRandom,
  slug = 'hypermap',
): Promise<readonly string[]> {
  const random = () => seeded.below(1_000_000) / 1_000_000;
  await database.raw(
    `INSERT INTO map_registry.services (catalog_id, type, url, host, title)
     SELECT catalog.id, 'OGC:WMS', format('http://host%s.example.com/wms', number), format('host%s.example.com', number), 'Maps'
     FROM map_registry.catalogs catalog, generate_series(1, ?::integer) number WHERE slug = ?`,
    [SERVICES, slug],
  );
  const ids: string[] = [];
  for (let from = 0; from < count; from += ROWS_AT_ONCE) {
    const rows = Array.from({ length: Math.min(ROWS_AT_ONCE, count - from) }, (_, index) =>
      sampleLayer(from + index, random),
    );
    const { rows: stored } = await database.raw<{ rows: { id: string }[] }>(
      `INSERT INTO map_registry.layers (catalog_id, service_id, name, title, abstract, min_x, min_y, max_x, max_y)
       SELECT service.catalog_id, service.id, given.name, given.title, given.abstract, min_x, min_y, max_x, max_y
       FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::float8[], ?::float8[], ?::float8[], ?::float8[])
         AS given (url, name, title, abstract, min_x, min_y, max_x, max_y)
       JOIN map_registry.services service ON service.url = given.url
       JOIN map_registry.catalogs catalog ON catalog.id = service.catalog_id
       WHERE catalog.slug = ? RETURNING layers.id`,
      [
        arrayLiteral(rows.map(({ number }) => `http://host${(number % SERVICES) + 1}.example.com/wms`)),
        arrayLiteral(rows.map(({ number }) => `layer${number}`)),
        arrayLiteral(rows.map(({ words }) => words.slice(0, 5).join(' '))),
        arrayLiteral(rows.map(({ words }) => words.join(' '))),
        ...(['minX', 'minY', 'maxX', 'maxY'] as const).map((side) =>
          arrayLiteral(rows.map((row) => row[side])),
        ),
        slug,
      ],
    );
    ids.push(...stored.map(({ id }) => id));
  }
  await database.raw('VACUUM ANALYZE map_registry.layers');
  return ids;
}

function sampleLayer(number: number, random: () => number) {
  const words = Array.from(
    { length: WORDS_OF_A_LAYER },
    () => `word${Math.floor(random() ** 3 * VOCABULARY)}q`,
  );
  // Few are large: half of them are smaller than 2°.
  const size = 0.01 * 36_000 ** (random() ** 1.4);
  const x = random() * 360 - 180;
  const y = random() * 180 - 90;
  return {
    number,
    words,
    minX: Math.max(-180, x - size / 2),
    minY: Math.max(-90, y - size / 2),
    maxX: Math.min(180, x + size / 2),
    maxY: Math.min(90, y + size / 2),
  };
}
