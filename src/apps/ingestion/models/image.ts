import {
  isRemoved,
  MEDIA_COLUMNS,
  MEDIA_FIELDS,
  mediaDocument,
  numberOrNull,
  SENSITIVE_MEDIA_FIELDS,
  textOrNull,
} from './media-document.ts';
import type { DocumentFields, IngestionModel, ModelRow } from './model.ts';

/** Below which number of pixels an image is small or medium. */
const SMALL_PIXELS = 640 * 480;
const MEDIUM_PIXELS = 1_600 * 900;

/** Images. */
export const image: IngestionModel = {
  name: 'image',
  tables: [
    {
      name: 'image',
      upstreamName: 'image',
      deletedRows: { table: 'api_deletedimage', column: 'identifier' },
      columns: {
        view_count: { defaultValue: 0 },
        standardized_popularity: { addedAs: 'double precision' },
        url: { cleaned: 'url' },
        creator_url: { cleaned: 'url' },
        foreign_landing_url: { cleaned: 'url' },
        tags: { cleaned: 'tags' },
      },
    },
  ],
  comparedBy: 'provider',
  documents: {
    columns: [...MEDIA_COLUMNS, 'width', 'height'],
    matureRows: { table: 'api_matureimage', column: 'identifier' },
    convert: imageDocument,
  },
  index: {
    shardCount: 18,
    fields: { ...MEDIA_FIELDS, aspect_ratio: { type: 'keyword' }, size: { type: 'keyword' } },
    sensitiveFields: SENSITIVE_MEDIA_FIELDS,
  },
};

function imageDocument(row: ModelRow): DocumentFields | undefined {
  if (isRemoved(row)) return undefined;
  const width = numberOrNull(row['width']);
  const height = numberOrNull(row['height']);
  return {
    ...mediaDocument(row),
    extension: extensionOf(textOrNull(row['url'])),
    aspect_ratio: aspectRatioOf(width, height),
    size: sizeOf(width, height),
  };
}

/** What follows the last dot of the path, in lower case; `null` if the last part of the path has none. */
function extensionOf(url: string | null): string | null {
  const path = (url ?? '').replace(/[?#].*$/s, '').replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '');
  return /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? null;
}

function aspectRatioOf(width: number | null, height: number | null): string | null {
  if (width === null || height === null) return null;
  if (height > width) return 'tall';
  return height < width ? 'wide' : 'square';
}

function sizeOf(width: number | null, height: number | null): string | null {
  if (width === null || height === null) return null;
  const pixels = width * height;
  if (pixels < SMALL_PIXELS) return 'small';
  return pixels < MEDIUM_PIXELS ? 'medium' : 'large';
}
