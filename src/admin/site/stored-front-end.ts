import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrontEnd, SiteFile } from './front-end.ts';

/** Where the build puts the front end, beside the compiled form of this file. */
export const FRONT_END_FOLDER = 'front-end';

const DESCRIPTION = 'front-end.json';

/** Beside the files themselves, what says which they are. */
interface StoredDescription extends Pick<FrontEnd, 'page' | 'state'> {
  readonly files: readonly string[];
}

/** Made once in a process that runs from the sources. */
let made: Promise<FrontEnd> | undefined;

/** The front end: as the build has stored it, or, where this runs from the sources, made in memory. */
export async function readFrontEnd(): Promise<FrontEnd> {
  if (!import.meta.filename.endsWith('.ts')) return load(join(import.meta.dirname, FRONT_END_FOLDER));
  const { makeFrontEnd } = await import('./front-end.ts');
  made ??= makeFrontEnd();
  return made;
}

/** Stores a front end for {@link readFrontEnd}, in the place of what is in the folder. */
export async function storeFrontEnd({ page, state, files }: FrontEnd, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const { name, content, compressed } of files) {
    await writeFile(join(folder, name), content);
    if (!compressed) continue;
    await writeFile(join(folder, `${name}.br`), compressed.br);
    await writeFile(join(folder, `${name}.gz`), compressed.gzip);
  }
  const description: StoredDescription = { page, state, files: files.map(({ name }) => name) };
  await writeFile(join(folder, DESCRIPTION), JSON.stringify(description));
}

async function load(folder: string): Promise<FrontEnd> {
  const description: StoredDescription = JSON.parse(await readFile(join(folder, DESCRIPTION), 'utf8'));
  const files = description.files.map(async (name): Promise<SiteFile> => {
    const [content, br, gzip] = await Promise.all(
      ['', '.br', '.gz'].map((ending) => readFile(join(folder, `${name}${ending}`))),
    );
    if (!content || !br || !gzip) throw new Error(`The build has not stored all of ${name}`);
    return { name, content, compressed: { br, gzip } };
  });
  return { ...description, files: await Promise.all(files) };
}
