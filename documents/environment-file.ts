import type { SectionPart } from '../src/platform/settings/section.ts';
import type { Variable } from '../src/platform/settings/variable.ts';
import { type Defaults, defaultOf, describeVariable } from './settings-tables.ts';

const LINE_LENGTH = 118;

const INTRODUCTION =
  'The settings of Composite Handler. Copy this file to .env and change what you need. A line that is commented out has no default. Booleans are True or False. `npm run documents` writes this file from the declarations of the settings.';

/** Returns `.env.dist`: every variable with what it means. Those without a default are commented out. */
export function environmentFile(parts: readonly SectionPart[], defaults: Defaults): string {
  const blocks = parts.map(({ title, introduction, variables }) => [
    `# --- ${title} `.padEnd(LINE_LENGTH, '-'),
    ...(introduction === undefined ? [] : ['', ...commentLines(introduction)]),
    '',
    ...variables.flatMap((variable) => [
      ...commentLines(describeVariable(variable)),
      assignment(variable, defaults),
    ]),
  ]);
  return `${[commentLines(INTRODUCTION), ...blocks].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function assignment(variable: Variable<unknown>, defaults: Defaults): string {
  const value = defaultOf(variable, defaults);
  return value === undefined ? `# ${variable.name}=${variable.example ?? ''}` : `${variable.name}=${value}`;
}

/** Returns Markdown as lines of comment: without its marks, and with the file in place of a link. */
function commentLines(markdown: string): readonly string[] {
  const words = markdown
    .replace(/\[[^\]]*\]\(([^)#]*)[^)]*\)/g, '$1')
    .replace(/[`*]/g, '')
    .split(' ');
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > LINE_LENGTH) lines.push(`# ${word}`);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
