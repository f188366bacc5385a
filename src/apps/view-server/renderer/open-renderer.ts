import type { AppContext } from '../../../app-kit/app-context.ts';
import { Budget } from '../../../map-kit/budget.ts';
import type { Platform } from '../../../platform/platform.ts';
import { openCollections } from '../collections/collections.ts';
import { openFileStore } from '../files/open-file-store.ts';
import { viewServerSettings } from '../settings.ts';
import { CatalogueRenderer } from './catalogue-renderer.ts';
import { ImageLibrary } from './images/image-library.ts';
import type { MapRenderer } from './map-picture.ts';

const MEBIBYTE = 1_024 * 1_024;

/** Pictures that a process draws and encodes at the same time. */
const PICTURE_BYTES = 512 * MEBIBYTE;

/** What draws maps in a process, and what reads coverages. */
export interface OpenRenderer {
  readonly renderer: MapRenderer;
  readonly images: ImageLibrary;
  readonly pictures: Budget;
}

const OPENED = new WeakMap<Platform, OpenRenderer>();

/** Returns what draws the maps of a process. All callers share its caches and limits. */
export function openRenderer({ platform }: Pick<AppContext, 'platform'>): MapRenderer {
  return openRendering(platform).renderer;
}

/** Returns what reads images in a process. */
export function openImageLibrary({ platform }: Pick<AppContext, 'platform'>): ImageLibrary {
  return openRendering(platform).images;
}

/** Returns the memory that the pictures of a process have. */
export function openPictureBudget({ platform }: Pick<AppContext, 'platform'>): Budget {
  return openRendering(platform).pictures;
}

function openRendering(platform: Platform): OpenRenderer {
  const opened = OPENED.get(platform) ?? open(platform);
  OPENED.set(platform, opened);
  return opened;
}

function open(platform: Platform): OpenRenderer {
  const { blockCacheMebibytes, timeoutSeconds } = platform.settingsOf(viewServerSettings).renderer;
  const images = new ImageLibrary({
    blockCacheBytes: blockCacheMebibytes * MEBIBYTE,
    readTimeoutMilliseconds: timeoutSeconds * 1_000,
  });
  const renderer = new CatalogueRenderer({
    database: platform.database,
    collections: async () => (await openCollections(platform)).list,
    storeOf: ({ target }) => openFileStore(platform, target),
    images,
    timeoutSeconds,
  });
  return { renderer, images, pictures: new Budget(PICTURE_BYTES) };
}
