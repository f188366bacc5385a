// What the pages of this app read, as JSON: the server writes it, the pages in the browser read it.

import type { RowPage } from '../../../app-kit/admin/row-page.ts';
import type { Footprint } from '../catalogue/product.ts';
import type { AttemptState, Stage } from '../stages/stage-names.ts';

/** What an item can be. `withdrawn`: it was taken out of the queue. `forgotten`: a client has removed its outcome. */
export const ITEM_STATES = ['waiting', 'running', 'succeeded', 'failed', 'withdrawn', 'forgotten'] as const;

/** The state of an item. */
export type ItemState = (typeof ITEM_STATES)[number];

/** The states that the list can be narrowed by. */
export const LISTED_STATES = ['waiting', 'running', 'succeeded', 'failed'] as const;

/** An item in the list. */
export interface ItemRow {
  readonly id: string;
  readonly stage: Stage;
  readonly path: string;
  readonly collection: string;
  readonly state: ItemState;
  readonly attemptCount: number;
  /** Of the newest attempt, as all that follows. */
  readonly reason: string | null;
  readonly worker: string | null;
  /** ISO 8601 with microseconds, as all moments here. */
  readonly pushed: string | null;
  readonly began: string | null;
  readonly ended: string | null;
}

/** An attempt at an item. */
export interface AttemptRow {
  readonly number: number;
  readonly state: AttemptState;
  /** How many workers it was given to since its push, this one included. */
  readonly delivery: number;
  readonly hasMetadata: boolean;
  readonly taskId: string | null;
  readonly reason: string | null;
  readonly worker: string | null;
  readonly leasedUntil: string | null;
  /** How far its task is; `null` if it does not run, or does not say. */
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly pushed: string;
  readonly began: string | null;
  readonly ended: string | null;
}

/** An item with its newest attempts. */
export interface ItemDetail extends ItemRow {
  readonly created: string;
  /** The JSON that it was pushed with last. */
  readonly metadata: string | null;
  /** The newest first; at most {@link MOST_ATTEMPTS}. */
  readonly attempts: readonly AttemptRow[];
  /** The same path in the other stages, in their order. */
  readonly otherStages: readonly { readonly id: string; readonly stage: Stage; readonly state: ItemState }[];
  /** The product that was registered from this path. */
  readonly product: { readonly id: string; readonly identifier: string } | null;
}

/** Attempts that a page shows. */
export const MOST_ATTEMPTS = 50;

/** What the forms of the app are made from. */
export interface ViewServerForm {
  /** The id under which the form is sent. */
  readonly id: string;
  readonly collections: readonly CollectionChoice[];
}

/** A collection that can be chosen. */
export interface CollectionChoice {
  readonly id: string;
  readonly title: string;
}

/** A product in the list. */
export interface ProductRow {
  readonly id: string;
  readonly identifier: string;
  readonly type: string;
  readonly level: string;
  readonly collections: readonly string[];
  readonly begins: string;
  readonly ends: string;
  readonly version: number;
  readonly registered: string;
}

/** A file of a product. */
export interface ProductFileRow {
  readonly kind: string;
  readonly name: string;
  readonly path: string;
}

/** An image of a product. */
export interface CoverageRow {
  readonly id: string;
  readonly identifier: string;
  readonly coverageType: string;
  readonly path: string;
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly bandCount: number;
  readonly srs: string;
}

/** A product with all that belongs to it. */
export interface ProductDetail extends ProductRow {
  readonly prefix: string;
  readonly footprint: Footprint;
  readonly box: readonly [west: number, south: number, east: number, north: number];
  readonly properties: Readonly<Record<string, string | number>>;
  readonly coverages: readonly CoverageRow[];
  readonly files: readonly ProductFileRow[];
  /** The item that registered it. */
  readonly itemId: string | null;
  readonly links: readonly Link[];
}

/** A service that shows something. The path is one of the site, not of the admin. */
export interface Link {
  readonly label: string;
  readonly path: string;
}

/** A collection. */
export interface CollectionRow {
  readonly id: string;
  readonly title: string;
  /** Whether the file of collections has it. */
  readonly isConfigured: boolean;
  readonly productCount: BoundedFigure;
  readonly extent: {
    readonly begins: string;
    readonly ends: string;
    readonly box: readonly [west: number, south: number, east: number, north: number];
  } | null;
  readonly waiting: BoundedFigure;
  readonly failed: BoundedFigure;
  readonly links: readonly Link[];
}

/** A number that is counted up to a limit. */
export interface BoundedFigure {
  readonly count: number;
  /** Whether there are more. */
  readonly isMinimum: boolean;
}

/** What the cache of tiles holds. */
export interface TileFiguresPage extends RowPage<TileLevelRow> {
  readonly totals: { readonly tiles: number; readonly bytes: number };
  /** Whether the figures are of a sample. */
  readonly isEstimated: boolean;
  /** Objects that are removed next. */
  readonly garbage: BoundedFigure;
  /** Tiles that this server process has served since it started, by where they came from. */
  readonly served: { readonly fromMemory: number; readonly fromStorage: number; readonly drawn: number };
}

/** Tiles of one zoom level. */
export interface TileLevelRow {
  readonly id: string;
  readonly tileset: string;
  readonly grid: string;
  readonly zoom: number;
  readonly tiles: number;
  readonly bytes: number;
  /** Tiles that show a part of their products, as there are too many. */
  readonly cut: number;
  readonly newest: string;
}
