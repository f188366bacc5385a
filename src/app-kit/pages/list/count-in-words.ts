import type { ListCount } from '../../admin/row-page.ts';
import { type Noun, rowsInWords } from './bulk-action.ts';

/** How many rows there are, in words. */
export function countInWords({ count, isEstimated, isMinimum = false }: ListCount, noun: Noun): string {
  const rows = rowsInWords(count, noun);
  if (isMinimum) return `at least ${rows}`;
  return isEstimated ? `about ${rows}` : rows;
}
