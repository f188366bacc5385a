import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The parts of the script; each keeps its names to itself. */
const PARTS = ['components', 'forms'] as const;

/**
 * The script of our own components, as browsers run it: compiled where this runs from `dist`, and with its
 * types taken off where it runs from the sources.
 */
export async function browserScript(): Promise<string> {
  const parts = await Promise.all(PARTS.map(readPart));
  return parts.join('');
}

async function readPart(name: (typeof PARTS)[number]): Promise<string> {
  const isSource = import.meta.filename.endsWith('.ts');
  const file = new URL(`./browser/${name}.${isSource ? 'ts' : 'js'}`, import.meta.url);
  const text = await readFile(fileURLToPath(file), 'utf8');
  const script = isSource ? stripTypeScriptTypes(text) : text;
  // AdminJS loads it as a classic script, which has no exports and must leave no names behind.
  return `(() => {\n${script.replace(/^export \{\};$/m, '').replace(/^\/\/# sourceMappingURL=.*$/m, '')}\n})();\n`;
}
