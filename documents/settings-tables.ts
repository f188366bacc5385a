import { dirname, relative } from 'node:path/posix';
import type { SectionPart } from '../src/platform/settings/section.ts';
import type { Variable } from '../src/platform/settings/variable.ts';

/** Defaults that follow from what is installed, by the variable's name. */
export type Defaults = Readonly<Record<string, string>>;

/**
 * Returns the settings of some parts in Markdown: for each part a heading, its introduction and a table.
 *
 * @param path the document that they are written in; links are relative to it.
 */
export function settingsTables(parts: readonly SectionPart[], path: string, defaults: Defaults): string {
  const markdown = parts
    .map(({ title, introduction, variables }) =>
      [
        `### ${title}`,
        ...(introduction === undefined ? [] : [introduction]),
        [
          '| variable | default | meaning |',
          '|---|---|---|',
          ...variables.map((variable) => settingsRow(variable, defaults)),
        ].join('\n'),
      ].join('\n\n'),
    )
    .join('\n\n');
  return relinked(markdown, path);
}

/** Returns what a variable means, and whether it has to be set or has another name; in Markdown. */
export function describeVariable({ meaning, alias, isRequired }: Variable<unknown>): string {
  return [
    meaning,
    ...(isRequired ? ['Required.'] : []),
    ...(alias === undefined ? [] : [`Also read as \`${alias}\`.`]),
  ].join(' ');
}

/** Returns the value of a variable that is not set, as it would be written in `.env`. */
export function defaultOf(variable: Variable<unknown>, defaults: Defaults): string | undefined {
  return defaults[variable.name] ?? variable.default;
}

function settingsRow(variable: Variable<unknown>, defaults: Defaults): string {
  const value = defaultOf(variable, defaults);
  const cells = [
    `\`${variable.name}\``,
    value === undefined ? 'none' : `\`${value}\``,
    describeVariable(variable),
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** Declarations link from the root of the project. */
function relinked(markdown: string, path: string): string {
  return markdown.replace(
    /\]\((docs\/[^)#]*)/g,
    (_link, target: string) => `](${relative(dirname(path), target)}`,
  );
}
