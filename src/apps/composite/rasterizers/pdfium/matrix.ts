/** A matrix of a PDF, `[a b c d e f]`: it takes (x, y) to (a·x + c·y + e, b·x + d·y + f). */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** The matrix that changes nothing. */
export const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];

/** First the one, then the other. */
export function followedBy(first: Matrix, second: Matrix): Matrix {
  const [a, b, c, d, e, f] = first;
  const [g, h, i, j, k, l] = second;
  return [a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l];
}

/** Where a matrix takes a point. */
export function transform([a, b, c, d, e, f]: Matrix, { x, y }: Point): Point {
  return { x: a * x + c * y + e, y: b * x + d * y + f };
}

/** How much a matrix stretches in the direction in which it stretches most, and in the one at a right angle to that. */
export function stretches([a, b, c, d]: Matrix): { readonly most: number; readonly least: number } {
  const sum = a * a + b * b + c * c + d * d;
  const determinant = a * d - b * c;
  const root = Math.sqrt(Math.max(0, sum * sum - 4 * determinant * determinant));
  return { most: Math.sqrt((sum + root) / 2), least: Math.sqrt(Math.max(0, sum - root) / 2) };
}

/** A place on a page. */
export interface Point {
  readonly x: number;
  readonly y: number;
}
