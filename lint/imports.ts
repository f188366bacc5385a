import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { type ModuleItem, parse } from '@swc/core';

/** One file that names another one of this project. */
export interface Import {
  /** Path from the root of the project. */
  readonly from: string;
  /** Path from the root of the project. */
  readonly to: string;
}

/**
 * Returns all imports between the files of a folder, those of types and those at run time included.
 *
 * @param folder path from the working directory, which is the root of the project.
 */
export async function readImports(folder: string): Promise<readonly Import[]> {
  const imports: Import[] = [];
  for await (const from of glob(`${folder}/**/*.{ts,tsx}`)) {
    // These are in another language, AssemblyScript.
    if (from.includes('/assembly/')) continue;
    for (const specifier of await readSpecifiers(from)) {
      if (!specifier.startsWith('.')) continue;
      const to = normalize(join(dirname(from), specifier));
      if (existsSync(to)) imports.push({ from, to });
    }
  }
  return imports;
}

async function readSpecifiers(path: string): Promise<readonly string[]> {
  const source = await readFile(path, 'utf8');
  const { body } = await parse(source, {
    syntax: 'typescript',
    tsx: path.endsWith('.tsx'),
    target: 'es2022',
  });
  return [...body.flatMap(specifierOf), ...dynamicSpecifiers(source)];
}

function specifierOf(item: ModuleItem): readonly string[] {
  switch (item.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
      return [item.source.value];
    case 'ExportNamedDeclaration':
      return item.source ? [item.source.value] : [];
    default:
      return [];
  }
}

function dynamicSpecifiers(source: string): readonly string[] {
  return [...source.matchAll(/\bimport\(\s*'([^']+)'/g)].map(([, specifier]) => specifier ?? '');
}
