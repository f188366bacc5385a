import type { Collection } from '../collections/collection.ts';
import { layerNamesOf } from '../renderer/layers/find-layer.ts';

/** A layer that has tiles. */
export interface TileLayer {
  readonly name: string;
  readonly title: string;
  readonly collection: Collection;
}

/** What the names of layers mean. */
const TITLES: Readonly<Record<string, string>> = {
  outlines: 'footprints',
  outlined: 'images with footprints',
};

/** Returns all layers of collections. Products are layers of the map service alone. */
export function tileLayersOf(collections: readonly Collection[]): readonly TileLayer[] {
  return collections.flatMap((collection) =>
    layerNamesOf(collection).map(({ name, suffix }) => ({
      name,
      title: suffix === undefined ? collection.title : `${collection.title}: ${TITLES[suffix] ?? suffix}`,
      collection,
    })),
  );
}
