import type { Catalog } from '../layers/layer.ts';

/** What identifies the index of a catalogue. */
export type CatalogIndex = Pick<Catalog, 'slug' | 'indexGeneration'>;

/** SQL: the index of a catalogue `c`, as {@link CatalogIndex}; null if there is no such catalogue. */
export const CATALOG_INDEX = `CASE WHEN c.id IS NOT NULL THEN json_build_object('slug', c.slug, 'indexGeneration', c.index_generation) END`;
