import { Ajv } from 'ajv';
import type { Srs } from '../../../map-kit/crs.ts';
import type { JsonValue } from '../../../platform/json-value.ts';
import { MOST_LEVELS } from './description/descriptions.ts';
import type { LayerDrawing, TileLevel } from './map-source.ts';

/** A level of tiles, as it is stored. */
export type StoredLevel = Pick<TileLevel, keyof TileLevel> & {
  /** What its server calls it, as it is written in an address. */
  readonly name: string;
};

/** How a layer is drawn whose server has tiles, as it is stored. */
export type StoredTiles = {
  /** The address of a tile, with `{level}`, `{column}` and `{row}`. */
  readonly template: string;
  readonly srs: Srs;
  /** Whether the server counts rows from the bottom upwards, as TMS does. */
  readonly isBottomUp: boolean;
  /** From the coarsest. */
  readonly levels: readonly StoredLevel[];
};

const number = { type: 'number' } as const;
const positive = { type: 'number', exclusiveMinimum: 0 } as const;
const count = { type: 'integer', minimum: 1 } as const;

const isStoredTiles = new Ajv().compile<StoredTiles>({
  type: 'object',
  required: ['template', 'srs', 'isBottomUp', 'levels'],
  properties: {
    template: { type: 'string' },
    srs: { enum: ['EPSG:4326', 'EPSG:3857'] },
    isBottomUp: { type: 'boolean' },
    levels: {
      type: 'array',
      minItems: 1,
      maxItems: MOST_LEVELS,
      items: {
        type: 'object',
        required: [
          'name',
          'resolution',
          'columns',
          'rows',
          'left',
          'top',
          'tileWidthPixels',
          'tileHeightPixels',
        ],
        properties: {
          name: { type: 'string' },
          resolution: positive,
          columns: count,
          rows: count,
          left: number,
          top: number,
          tileWidthPixels: count,
          tileHeightPixels: count,
        },
      },
    },
  },
});

/** Makes of what is stored how a layer is drawn by tiles; `undefined` where it has another form. */
export function openTiles(stored: JsonValue): LayerDrawing | undefined {
  if (!isStoredTiles(stored)) return undefined;
  const { template, srs, levels, isBottomUp } = stored;
  const isAddress = levels.every(({ name }) => URL.canParse(fillIn(template, name, 0, 0)));
  if (!isAddress) return undefined;
  return {
    kind: 'tiles',
    srs,
    levels,
    tileUrl(levelIndex, column, row) {
      const level = levels[levelIndex];
      if (!level) throw new RangeError(`There is no level ${levelIndex} of ${levels.length}.`);
      return new URL(fillIn(template, level.name, column, isBottomUp ? level.rows - 1 - row : row));
    },
  };
}

function fillIn(template: string, level: string, column: number, row: number): string {
  return template
    .replaceAll('{level}', () => level)
    .replaceAll('{column}', String(column))
    .replaceAll('{row}', String(row));
}
