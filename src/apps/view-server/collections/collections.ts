import picomatch from 'picomatch';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import type { Platform } from '../../../platform/platform.ts';
import { viewServerSettings } from '../settings.ts';
import { type Collection, UnknownCollectionError } from './collection.ts';
import { readCollectionsFile } from './collections-file.ts';
import { defaultCollection } from './default-collection.ts';

/** The collections of this installation. */
export class Collections {
  /** At least one. */
  readonly list: readonly Collection[];
  /** That of paths which are in no other. */
  readonly default: Collection;
  readonly #matchers: readonly { readonly collection: Collection; matches(path: string): boolean }[];

  /** @param defaultId of the collection of paths that are in no other; if there is none with this id, the first one. */
  constructor(list: readonly [Collection, ...Collection[]], defaultId: string) {
    this.list = list;
    this.default = list.find(({ id }) => id === defaultId) ?? list[0];
    this.#matchers = list
      .filter(({ paths }) => paths.length > 0)
      .map((collection) => ({ collection, matches: picomatch([...collection.paths], { dot: true }) }));
  }

  /** Returns the collection with an id. @throws {UnknownCollectionError} */
  get(id: string): Collection {
    const found = this.list.find((collection) => collection.id === id);
    if (!found) throw new UnknownCollectionError(id);
    return found;
  }

  /** Returns the collection that a pushed path belongs to. */
  ofPath(path: string): Collection {
    return this.#matchers.find(({ matches }) => matches(path))?.collection ?? this.default;
  }
}

const OPENED = new WeakMap<object, Promise<Collections>>();

/**
 * Returns the collections of this installation. The file is read once in each process.
 *
 * @throws {CollectionsFileError}
 */
export function openCollections(platform: Pick<Platform, 'settingsOf'>): Promise<Collections> {
  const settings = platform.settingsOf(viewServerSettings);
  const opened =
    OPENED.get(settings) ??
    read(settings).catch((error: unknown) => {
      // The file may be mended before the next call.
      OPENED.delete(settings);
      throw error;
    });
  OPENED.set(settings, opened);
  return opened;
}

/** Returns the collection with an id. @throws {UnknownCollectionError} @throws {CollectionsFileError} */
export async function findCollection(
  platform: Pick<Platform, 'settingsOf'>,
  id: string,
): Promise<Collection> {
  return (await openCollections(platform)).get(id);
}

/** Stores the names of collections that are not stored yet. */
export async function storeCollections(
  database: DatabaseOrTransaction,
  { list }: Pick<Collections, 'list'>,
): Promise<void> {
  await database('view_server.collections')
    .insert(list.map(({ id }) => ({ name: id })))
    .onConflict()
    .ignore();
}

async function read({
  items,
  collections,
}: Pick<
  ReturnType<(typeof viewServerSettings)['readValues']>,
  'items' | 'collections'
>): Promise<Collections> {
  const { file } = collections;
  if (file === undefined) {
    return new Collections([defaultCollection(items.collection, collections)], items.collection);
  }
  const [first, ...more] = await readCollectionsFile(file, process.env);
  if (!first) throw new UnknownCollectionError(items.collection);
  return new Collections([first, ...more], items.collection);
}
