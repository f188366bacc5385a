import type { Box } from '../../../map-kit/box.ts';

/** An expression of SQL, and what it is bound to. */
export interface BoundSql {
  readonly sql: string;
  readonly bindings: readonly (string | number)[];
}

/** Returns a box as an expression of Postgres's type `box`. */
export function boxSql({ minX, minY, maxX, maxY }: Box): BoundSql {
  return {
    sql: 'box(point(?::float8, ?::float8), point(?::float8, ?::float8))',
    bindings: [minX, minY, maxX, maxY],
  };
}
