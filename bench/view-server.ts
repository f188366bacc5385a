import type { Row } from './report.ts';
import { benchCog } from './view-server/cog.ts';

/** The parts of the view server that are measured. */
export const VIEW_SERVER_PARTS = ['cog'] as const;

/** One of {@link VIEW_SERVER_PARTS}. */
export type ViewServerPart = (typeof VIEW_SERVER_PARTS)[number];

/** Whether a word names a part of the view server. */
export function isViewServerPart(word: string): word is ViewServerPart {
  return VIEW_SERVER_PARTS.some((part) => part === word);
}

const TITLES: Readonly<Record<ViewServerPart, string>> = { cog: 'Images to COGs, against gdalwarp' };

/** Measures a part of the view server, against its peers where they are installed. */
export async function benchViewServer(
  part: ViewServerPart,
  rounds: number,
): Promise<{ title: string; rows: Row[] }> {
  return { title: TITLES[part], rows: await benchCog(rounds) };
}
