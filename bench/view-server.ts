import type { Row } from './report.ts';
import { benchTileCache } from './view-server/cache.ts';
import { benchCog } from './view-server/cog.ts';
import { benchPipeline } from './view-server/pipeline.ts';
import { benchTiles } from './view-server/tiles.ts';

/** The parts, by the names that `--part` takes. */
const PARTS = {
  cog: { title: 'Images to COGs, against gdalwarp', bench: benchCog },
  cache: { title: 'Stored tiles, against MapCache', bench: benchTileCache },
  tiles: { title: 'Rendered tiles, against MapServer', bench: benchTiles },
  pipeline: { title: 'Packages, from LPUSH to the catalogue', bench: benchPipeline },
} as const satisfies Record<
  string,
  { readonly title: string; readonly bench: (rounds: number) => Promise<Row[]> }
>;

/** A part of the view server that is measured. */
export type ViewServerPart = keyof typeof PARTS;

/** The parts of the view server that are measured. */
export const VIEW_SERVER_PARTS = Object.keys(PARTS).filter(isViewServerPart);

/** Whether a word names a part of the view server. */
export function isViewServerPart(word: string): word is ViewServerPart {
  return Object.hasOwn(PARTS, word);
}

/** Measures a part of the view server, against its peers where they are installed. */
export async function benchViewServer(
  part: ViewServerPart,
  rounds: number,
): Promise<{ title: string; rows: Row[] }> {
  const { title, bench } = PARTS[part];
  return { title, rows: await bench(rounds) };
}
