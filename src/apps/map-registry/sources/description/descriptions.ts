import type { Box } from '../../../../map-kit/box.ts';

/** Levels of tiles that are read of a layer. */
export const MOST_LEVELS = 50;

/** What a server says of itself. */
export interface ServiceTexts {
  readonly title: string;
  readonly abstract: string;
  readonly keywords: readonly string[];
}

/** Capabilities of a Web Map Service. */
export interface WmsDescription extends ServiceTexts {
  readonly kind: 'wms';
  /** As it is written: `1.3.0`, `1.1.1`, … */
  readonly version: string;
  /** Where maps are drawn, as it is written; empty where it is not stated. */
  readonly mapUrl: string;
  /** Formats of maps, as they are written. */
  readonly formats: readonly string[];
  /** Codes of all layers. */
  readonly srs: readonly string[];
  readonly layers: readonly WmsLayerDescription[];
  /** Whether these are all layers. */
  readonly isComplete: boolean;
}

/** A layer with a name. */
export interface WmsLayerDescription extends ServiceTexts {
  readonly name: string;
  /** In longitude and latitude, its own or inherited. */
  readonly box: Box | undefined;
  /** Codes, its own and inherited. */
  readonly srs: readonly string[];
  /** Names of systems that maps can be drawn in, as the server writes them. */
  readonly drawableNames: readonly string[];
}

/** Capabilities of a Web Map Tile Service. */
export interface WmtsDescription extends ServiceTexts {
  readonly kind: 'wmts';
  /** Where tiles are asked for by parameters, as it is written; empty where it is not stated. */
  readonly tileUrl: string;
  readonly matrixSets: readonly WmtsMatrixSet[];
  readonly layers: readonly WmtsLayerDescription[];
  readonly isComplete: boolean;
}

/** Levels of tiles in one coordinate reference system. */
export interface WmtsMatrixSet {
  readonly name: string;
  /** As it is written. */
  readonly crs: string;
  readonly matrices: readonly WmtsMatrix[];
}

/** A level of tiles. Numbers that are not readable are NaN. */
export interface WmtsMatrix {
  readonly name: string;
  readonly scaleDenominator: number;
  /** In the order of the axes that the server has. */
  readonly corner: readonly [number, number];
  readonly tileWidthPixels: number;
  readonly tileHeightPixels: number;
  readonly columns: number;
  readonly rows: number;
}

/** A layer of tiles. */
export interface WmtsLayerDescription extends ServiceTexts {
  readonly name: string;
  readonly box: Box | undefined;
  readonly formats: readonly string[];
  /** Addresses of tiles with `{TileMatrix}` and others. */
  readonly templates: readonly { readonly format: string; readonly url: string }[];
  /** The default one, or the first. */
  readonly style: string;
  /** Names of the sets that it is linked to. */
  readonly matrixSets: readonly string[];
  /** Each with its default value, or the first. */
  readonly dimensions: readonly { readonly name: string; readonly value: string }[];
}

/** A list of tile maps. */
export interface TileMapServiceDescription extends ServiceTexts {
  readonly kind: 'tile-map-service';
  readonly tileMaps: readonly { readonly title: string; readonly srs: string; readonly href: string }[];
}

/** A tile map. Numbers that are not readable are NaN. */
export interface TileMapDescription extends ServiceTexts {
  readonly kind: 'tile-map';
  /** As it is written. */
  readonly srs: string;
  /** In the units of its system. */
  readonly box: Box;
  readonly originX: number;
  readonly originY: number;
  readonly tileWidthPixels: number;
  readonly tileHeightPixels: number;
  readonly extension: string;
  readonly tileSets: readonly { readonly href: string; readonly unitsPerPixel: number }[];
}

/** What the server of an address says about itself and its layers. */
export type Description = WmsDescription | WmtsDescription | TileMapServiceDescription | TileMapDescription;

/** A kind of {@link Description}. */
export type DescriptionKind = Description['kind'];

/** The description of a kind. */
export type DescriptionOf<Kind extends DescriptionKind> = Extract<Description, { readonly kind: Kind }>;
