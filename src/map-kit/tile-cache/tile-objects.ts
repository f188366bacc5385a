/** Where the contents of tiles are. */
export interface TileObjects {
  /** Returns `undefined` if there is no such object. */
  get(key: string, sizeBytes: number, signal: AbortSignal): Promise<Buffer | undefined>;
  put(key: string, content: Buffer, contentType: string, signal: AbortSignal): Promise<void>;
  /** A key that holds nothing is no error. */
  remove(keys: readonly string[], signal: AbortSignal): Promise<void>;
}

/** Opens the objects of a source. */
export type OpenTileObjects = (source: string) => Promise<TileObjects>;
