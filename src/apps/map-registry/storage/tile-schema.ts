/** The schema of the tables of tiles, and of the objects that are to be removed: those of thumbnails are among them. */
export const TILE_SCHEMA = 'map_registry';
