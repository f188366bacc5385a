import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { titleOf } from '../src/app-kit/installed-apps.ts';
import { AVAILABLE_APPS, FLOOR_SECTIONS, installationDefaults } from '../src/installation.ts';
import type { SectionPart } from '../src/platform/settings/section.ts';
import { environmentFile } from './environment-file.ts';
import { OTHER_VARIABLES } from './other-variables.ts';
import { type Defaults, settingsTables } from './settings-tables.ts';

/** A file that is written, in full or between markers, from the declarations of the settings. */
export interface WrittenDocument {
  /** From the root of the project. */
  readonly path: string;
  readonly text: string;
}

/** A document lacks the markers between which its tables are written, or has others. */
export class MarkerError extends Error {
  override readonly name = 'MarkerError';
}

/** Parts of the settings by the names of their markers. */
type PartsByMarker = Readonly<Record<string, readonly SectionPart[]>>;

/**
 * Returns all written documents as they should be.
 *
 * @throws {MarkerError}
 */
export async function writtenDocuments(): Promise<readonly WrittenDocument[]> {
  const defaults = installationDefaults();
  const floors = Object.fromEntries(FLOOR_SECTIONS.map(({ name, parts }) => [name, parts]));
  const apps = AVAILABLE_APPS.flatMap((app) =>
    app.settings ? [{ name: app.name, title: titleOf(app), parts: app.settings.parts }] : [],
  );
  const allParts = [
    ...Object.values(floors).flat(),
    ...apps.flatMap(({ title, parts }) =>
      parts.map((part) => ({ ...part, title: `${title}: ${part.title}` })),
    ),
    ...Object.values(OTHER_VARIABLES).flat(),
  ];
  return [
    { path: '.env.dist', text: environmentFile(allParts, defaults) },
    withTables(
      'README.md',
      (await readDocument('README.md')) ?? '',
      { ...floors, ...OTHER_VARIABLES },
      defaults,
    ),
    ...(await Promise.all(
      apps.map(async ({ name, title, parts }) => {
        const path = `docs/apps/${name}.md`;
        const document = (await readDocument(path)) ?? newAppPage(name, title);
        return withTables(path, document, { [name]: parts }, defaults);
      }),
    )),
  ];
}

/** Returns the text of a file of the project; `undefined` where there is no such file. */
export async function readDocument(path: string): Promise<string | undefined> {
  const url = new URL(`../${path}`, import.meta.url);
  return existsSync(url) ? readFile(url, 'utf8') : undefined;
}

/** The page of an app that has none yet. */
function newAppPage(name: string, title: string): string {
  return `# ${title}\n\n## Settings\n\n<!-- settings:${name} -->\n<!-- /settings -->\n`;
}

function withTables(
  path: string,
  document: string,
  parts: PartsByMarker,
  defaults: Defaults,
): WrittenDocument {
  const tables = Object.entries(parts).map(
    ([name, of]) => [name, settingsTables(of, path, defaults)] as const,
  );
  return { path, text: writeBetweenMarkers(document, Object.fromEntries(tables), path) };
}

/**
 * Returns a document with each table between its markers, `<!-- settings:name -->` and `<!-- /settings -->`.
 *
 * @throws {MarkerError} where a table has no markers or markers have no table.
 */
export function writeBetweenMarkers(
  document: string,
  tables: Readonly<Record<string, string>>,
  path: string,
): string {
  const missing = new Set(Object.keys(tables));
  const text = document.replace(
    /(<!-- settings:(\S+) -->\n).*?(<!-- \/settings -->)/gs,
    (_block, start: string, name: string, end: string) => {
      const table = tables[name];
      if (table === undefined)
        throw new MarkerError(`${path} has markers for the settings "${name}", which do not exist.`);
      missing.delete(name);
      return `${start}\n${table}\n\n${end}`;
    },
  );
  const [name] = missing;
  if (name !== undefined) {
    throw new MarkerError(
      `${path} lacks the lines <!-- settings:${name} --> and <!-- /settings -->, between which these settings are written.`,
    );
  }
  return text;
}
