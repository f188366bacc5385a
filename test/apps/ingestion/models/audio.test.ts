import { describe, expect, it } from '@jest/globals';
import { audio } from '../../../../src/apps/ingestion/models/audio.ts';
import type { ModelRow } from '../../../../src/apps/ingestion/models/model.ts';

function documentOf(fields: Readonly<Record<string, unknown>>) {
  const row: ModelRow = { id: '7', is_listed_as_mature: false, ...fields };
  return audio.documents.convert(row);
}

describe('the document of a recording', () => {
  it.each([
    [29_999, 'shortest'],
    [30_000, 'short'],
    [119_999, 'short'],
    [120_000, 'medium'],
    [599_999, 'medium'],
    [600_000, 'long'],
    [0, null],
    [null, null],
  ])('of %p milliseconds is %p', (duration, length) => {
    expect(documentOf({ duration })).toMatchObject({ length });
  });

  it('has its file type as extension, or those of its other files', () => {
    expect(documentOf({ filetype: 'mp3', alt_files: [{ filetype: 'ogg' }] })).toMatchObject({
      extension: 'mp3',
    });
    expect(documentOf({ alt_files: [{ filetype: 'ogg' }, {}, { filetype: 'wav' }] })).toMatchObject({
      extension: ['ogg', 'wav'],
    });
    expect(documentOf({})).toMatchObject({ extension: null });
  });
});
