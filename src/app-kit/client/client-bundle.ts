import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

/** A file that a page loads; its name changes with its content. */
export interface ClientFile {
  readonly name: string;
  readonly content: Buffer;
  readonly br: Buffer;
  readonly gzip: Buffer;
}

/** What the public pages of an app load. */
export interface ClientBundle {
  readonly script: ClientFile;
  readonly styles: ClientFile;
}

/** Where the build puts them, below the compiled folder `client/` of the app. */
const FOLDER = 'client-bundle';

const DESCRIPTION = 'client-bundle.json';

/**
 * Returns what reads the script and the styles of an app's pages: as the build has stored them, or, in a process that runs
 * from the sources, made in memory. They are read once.
 *
 * @param folder the folder `client/` of the app, which is `import.meta.dirname` of a file in it.
 */
export function openClientBundle(folder: string): () => Promise<ClientBundle> {
  let bundle: Promise<ClientBundle> | undefined;
  return () => {
    bundle ??= import.meta.filename.endsWith('.ts') ? makeClientBundle(folder) : load(join(folder, FOLDER));
    return bundle;
  };
}

/** Makes one script and one style sheet of `front-end/index.ts` in a folder, and of everything that it imports. */
export async function makeClientBundle(folder: string): Promise<ClientBundle> {
  // Only the build and development need it: it is not installed in production.
  const { build, stop } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'front-end/index.ts')],
    outdir: 'client',
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // The sources are the project's own: its compiler settings are not those of browsers.
    tsconfigRaw: {},
    logLevel: 'silent',
  });
  // It would keep a process of its own.
  await stop();
  const fileOf = (extension: string) => {
    const output = outputFiles.find(({ path }) => path.endsWith(extension));
    return compressed(`client${extension}`, Buffer.from(output?.contents ?? []));
  };
  return { script: await fileOf('.js'), styles: await fileOf('.css') };
}

/** Stores what {@link openClientBundle} reads, in the place of what is in the folder. */
export async function storeClientBundle(bundle: ClientBundle, compiledFolder: string): Promise<void> {
  const folder = join(compiledFolder, FOLDER);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const file of Object.values(bundle)) {
    await writeFile(join(folder, file.name), file.content);
    await writeFile(join(folder, `${file.name}.br`), file.br);
    await writeFile(join(folder, `${file.name}.gz`), file.gzip);
  }
  const names = { script: bundle.script.name, styles: bundle.styles.name };
  await writeFile(join(folder, DESCRIPTION), JSON.stringify(names));
}

async function load(folder: string): Promise<ClientBundle> {
  const names: { readonly script: string; readonly styles: string } = JSON.parse(
    await readFile(join(folder, DESCRIPTION), 'utf8'),
  );
  const read = async (name: string): Promise<ClientFile> => ({
    name,
    content: await readFile(join(folder, name)),
    br: await readFile(join(folder, `${name}.br`)),
    gzip: await readFile(join(folder, `${name}.gz`)),
  });
  return { script: await read(names.script), styles: await read(names.styles) };
}

async function compressed(name: string, content: Buffer): Promise<ClientFile> {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
  return {
    name: name.replace('.', `.${hash}.`),
    content,
    br: await promisify(brotliCompress)(content),
    gzip: await promisify(gzip)(content),
  };
}
