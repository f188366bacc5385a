import type { Box } from '../../../../map-kit/box.ts';
import type { Queryable } from './queryables.ts';

/** How two values are compared. */
export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** How the box of a record and a box of a request lie. Borders that touch meet. */
export type SpatialRelation =
  | 'intersects'
  | 'disjoint'
  | 'within'
  | 'contains'
  | 'equals'
  | 'overlaps'
  | 'touches'
  | 'crosses';

/** A value that is compared with what a record has. */
export interface ComparedValue {
  readonly value: string;
  readonly matchesCase: boolean;
}

/** What a record has to fulfil: filters of FES, CQL and OpenSearch all become this tree. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | ({
      readonly kind: 'compare';
      readonly queryable: Queryable;
      readonly comparison: Comparison;
    } & ComparedValue)
  /** The pattern is one of SQL: `%` and `_`, and `\` before a character that stands for itself. */
  | ({ readonly kind: 'like'; readonly queryable: Queryable } & ComparedValue)
  | {
      readonly kind: 'between';
      readonly queryable: Queryable;
      readonly lower: string;
      readonly upper: string;
    }
  | { readonly kind: 'null'; readonly queryable: Queryable }
  /** In longitude and latitude. West may be greater than east: the box then crosses the 180th meridian. */
  | { readonly kind: 'spatial'; readonly relation: SpatialRelation; readonly box: Box }
  | { readonly kind: 'identifiers'; readonly identifiers: readonly string[] };
