/** SQL: the index of a catalogue `c`, as `CatalogIndex`; null where there is no such catalogue. */
export const CATALOG_INDEX = `CASE WHEN c.id IS NOT NULL THEN json_build_object('slug', c.slug, 'indexGeneration', c.index_generation) END`;
