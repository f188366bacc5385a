import type { JsonValue } from '../../../queue/index.ts';
import {
  isRemoved,
  MEDIA_COLUMNS,
  MEDIA_FIELDS,
  mediaDocument,
  numberOrNull,
  objectOrEmpty,
  SENSITIVE_MEDIA_FIELDS,
  textOrNull,
} from './media-document.ts';
import type { DocumentFields, IngestionModel, ModelRow } from './model.ts';

/** Below which duration a recording has which length; what is longer is `long`. */
const LENGTHS = [
  { name: 'shortest', belowMilliseconds: 30_000 },
  { name: 'short', belowMilliseconds: 2 * 60_000 },
  { name: 'medium', belowMilliseconds: 10 * 60_000 },
] as const;

/** Recordings, and the sets that they are in. */
export const audio: IngestionModel = {
  name: 'audio',
  tables: [
    {
      name: 'audio',
      upstreamName: 'audio',
      deletedRows: { table: 'api_deletedaudio', column: 'identifier' },
      columns: {
        view_count: { defaultValue: 0 },
        standardized_popularity: { addedAs: 'double precision' },
      },
    },
    {
      name: 'audioset',
      upstreamName: 'audioset_view',
      columns: { created_on: { defaultValue: 'now' }, updated_on: { defaultValue: 'now' } },
    },
  ],
  comparedBy: 'provider',
  documents: {
    columns: [...MEDIA_COLUMNS, 'duration', 'alt_files'],
    matureRows: { table: 'api_matureaudio', column: 'identifier' },
    convert: audioDocument,
  },
  index: {
    shardCount: 1,
    fields: { ...MEDIA_FIELDS, length: { type: 'keyword' } },
    sensitiveFields: SENSITIVE_MEDIA_FIELDS,
  },
};

function audioDocument(row: ModelRow): DocumentFields | undefined {
  if (isRemoved(row)) return undefined;
  return { ...mediaDocument(row), extension: extensionOf(row), length: lengthOf(row['duration']) };
}

/** The file type of the recording, or those of its other files. */
function extensionOf(row: ModelRow): JsonValue {
  const fileType = textOrNull(row['filetype']);
  if (fileType !== null) return fileType;
  const files: unknown = row['alt_files'];
  if (!Array.isArray(files)) return null;
  return files.flatMap((file: unknown) => textOrNull(objectOrEmpty(file)['filetype']) ?? []);
}

function lengthOf(duration: unknown): string | null {
  const milliseconds = numberOrNull(duration);
  if (milliseconds === null || milliseconds === 0) return null;
  return LENGTHS.find(({ belowMilliseconds }) => milliseconds < belowMilliseconds)?.name ?? 'long';
}
