import { median } from '../figures.ts';
import type { Contender } from './contender.ts';

/** What was measured of each contender, round by round. */
export type Rounds<Measured> = ReadonlyMap<Contender, readonly Measured[]>;

/** Measures the contenders in turn, again and again, so that whatever else the machine does meets all of them. */
export async function alternate<Measured>(
  contenders: readonly Contender[],
  rounds: number,
  measure: (contender: Contender) => Promise<Measured>,
): Promise<Rounds<Measured>> {
  const measured = new Map<Contender, Measured[]>(contenders.map((contender) => [contender, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const [contender, figures] of measured) figures.push(await measure(contender));
  return measured;
}

/** The median of some rounds, and their spread from the least to the greatest. */
export function describeRounds(figures: readonly number[], digits = 0): string {
  const text = (figure: number) => figure.toFixed(digits);
  if (figures.length === 0) return '';
  if (figures.length === 1) return text(median(figures));
  return `${text(median(figures))} (${text(Math.min(...figures))}–${text(Math.max(...figures))})`;
}
