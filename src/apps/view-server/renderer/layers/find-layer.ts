import type { Database } from '../../../../platform/database/connection.ts';
import { collectionsOfProduct } from '../../catalogue/collection-extents.ts';
import { findProduct } from '../../catalogue/find-product.ts';
import type { CatalogueProduct } from '../../catalogue/product.ts';
import type { Browse, Collection } from '../../collections/collection.ts';
import { browsesOf } from '../../collections/collection-rules.ts';
import { UnknownLayerError } from '../map-picture.ts';

/** How products are drawn: their images, their borders, or both. */
export interface LayerStyle {
  /** `undefined`: the default browse of each product's type. */
  readonly browse: string | undefined;
  readonly drawsImages: boolean;
  readonly drawsOutlines: boolean;
}

/** A layer that there is. */
export interface Layer {
  readonly collection: Collection;
  readonly style: LayerStyle;
  /** Where the layer is one product. */
  readonly product: CatalogueProduct | undefined;
}

const DEFAULT_STYLE: LayerStyle = { browse: undefined, drawsImages: true, drawsOutlines: false };

/** What layers may end with, besides a browse. */
const STYLES: Readonly<Record<string, LayerStyle>> = {
  outlines: { browse: undefined, drawsImages: false, drawsOutlines: true },
  outlined: { browse: undefined, drawsImages: true, drawsOutlines: true },
};

const SEPARATOR = '__';

/** The longest name of a layer, in characters. */
const LONGEST_NAME = 1_000;

/** Finds the layer with a name. @throws {UnknownLayerError} */
export async function findLayer(
  database: Database,
  collections: readonly Collection[],
  name: string,
): Promise<Layer> {
  if (name.length <= LONGEST_NAME) {
    for (const [subject, suffix] of readingsOf(name)) {
      const layer = await layerOf(database, collections, subject, suffix);
      if (layer) return layer;
    }
  }
  throw new UnknownLayerError(`There is no layer ${name.slice(0, LONGEST_NAME)}.`);
}

/** A name may have the separator in it, and may end with a style: the whole name comes first. */
function* readingsOf(name: string): Generator<readonly [subject: string, suffix: string | undefined]> {
  yield [name, undefined];
  const at = name.lastIndexOf(SEPARATOR);
  if (at > 0) yield [name.slice(0, at), name.slice(at + SEPARATOR.length)];
}

async function layerOf(
  database: Database,
  collections: readonly Collection[],
  subject: string,
  suffix: string | undefined,
): Promise<Layer | undefined> {
  const collection = collections.find(({ id }) => id === subject);
  if (collection) {
    const style = styleOf(suffix, Object.values(collection.browses));
    return style && { collection, style, product: undefined };
  }
  const product = await findProduct(database, subject);
  if (!product) return undefined;
  const names = await collectionsOfProduct(database, product.id);
  const owner = collections.find(({ id }) => names.includes(id));
  const browses = owner && browsesOf(owner, product.type);
  const style = owner && styleOf(suffix, browses ? [browses] : []);
  return style && { collection: owner, style, product };
}

function styleOf(
  suffix: string | undefined,
  browses: readonly { readonly browses: Readonly<Record<string, Browse>> }[],
): LayerStyle | undefined {
  if (suffix === undefined) return DEFAULT_STYLE;
  if (Object.hasOwn(STYLES, suffix)) return STYLES[suffix];
  const exists = browses.some((ofType) => Object.hasOwn(ofType.browses, suffix));
  return exists ? { ...DEFAULT_STYLE, browse: suffix } : undefined;
}

/** Returns the browse by which a product is drawn; `undefined` if its type has none of this name. */
export function browseOf(
  collection: Collection,
  productType: string,
  name: string | undefined,
): Browse | undefined {
  const ofType = browsesOf(collection, productType);
  const wanted = name ?? ofType?.defaultBrowse ?? '';
  return ofType && Object.hasOwn(ofType.browses, wanted) ? ofType.browses[wanted] : undefined;
}

/** Returns the names of the layers of a collection, with the suffix of each. */
export function layerNamesOf({
  id,
  browses,
}: Collection): readonly { name: string; suffix: string | undefined }[] {
  const names = new Set(Object.values(browses).flatMap((ofType) => Object.keys(ofType.browses)));
  return [undefined, ...names, ...Object.keys(STYLES)].map((suffix) => ({
    name: suffix === undefined ? id : `${id}${SEPARATOR}${suffix}`,
    suffix,
  }));
}
