import { describe, expect, it } from '@jest/globals';
import {
  MarkerError,
  readDocument,
  writeBetweenMarkers,
  writtenDocuments,
} from '../../documents/documents.ts';
import { AVAILABLE_APPS, FLOOR_SECTIONS } from '../../src/installation.ts';

const SECTIONS = [...FLOOR_SECTIONS, ...AVAILABLE_APPS.flatMap(({ settings }) => settings ?? [])];

describe('the documents that are written from the declarations of the settings', () => {
  it('are README.md, the page of each app, and .env.dist', async () => {
    const paths = (await writtenDocuments()).map(({ path }) => path);
    expect(paths).toEqual([
      '.env.dist',
      'README.md',
      'docs/apps/composite.md',
      'docs/apps/ingestion.md',
      'docs/apps/map-registry.md',
      'docs/apps/render.md',
      'docs/apps/view-server.md',
    ]);
  });

  it('say what the declarations say; if not, `npm run documents` writes them', async () => {
    for (const { path, text } of await writtenDocuments()) expect(await readDocument(path)).toBe(text);
  });

  it.each(SECTIONS)('have each variable of the section $name once', ({ parts, variables }) => {
    const documented = parts.flatMap((part) => part.variables.map(({ name }) => name));
    expect(documented.toSorted()).toEqual(variables.map(({ name }) => name).toSorted());
  });

  it('have each variable that is read elsewhere', async () => {
    for (const path of ['.env.dist', 'README.md']) {
      const text = await readDocument(path);
      for (const name of ['MIGRATE', 'INIT_SUPERUSER', 'DJANGO_SUPERUSER_PASSWORD', 'AWS_SESSION_TOKEN']) {
        expect(text).toContain(name);
      }
    }
  });
});

describe('a table', () => {
  const DOCUMENT = 'Before.\n\n<!-- settings:press -->\nold\n<!-- /settings -->\n\nAfter.\n';

  it('takes the place of what is between its markers', () => {
    expect(writeBetweenMarkers(DOCUMENT, { press: 'new' }, 'page.md')).toBe(
      'Before.\n\n<!-- settings:press -->\n\nnew\n\n<!-- /settings -->\n\nAfter.\n',
    );
  });

  it('is refused without markers', () => {
    expect(() => writeBetweenMarkers('', { press: 'new' }, 'page.md')).toThrow(
      new MarkerError(
        'page.md lacks the lines <!-- settings:press --> and <!-- /settings -->, between which these settings are written.',
      ),
    );
  });

  it('has to exist for each pair of markers', () => {
    expect(() => writeBetweenMarkers(DOCUMENT, {}, 'page.md')).toThrow(
      new MarkerError('page.md has markers for the settings "press", which do not exist.'),
    );
  });
});
