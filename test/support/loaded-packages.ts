import { isBuiltin } from 'node:module';
import { build } from 'esbuild';

/**
 * Returns the names of the packages that some files import, and all files that these import in turn. Imports of types
 * do not count.
 *
 * @param entryPoints paths from the root of the project.
 * @param except paths that are not followed, as imports name them.
 */
export async function loadedPackages(
  entryPoints: readonly string[],
  except: readonly string[],
): Promise<ReadonlySet<string>> {
  const { metafile } = await build({
    entryPoints: [...entryPoints],
    external: [...except],
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: 'not-written',
    write: false,
    metafile: true,
  });
  const paths = Object.values(metafile.inputs).flatMap(({ imports }) =>
    imports.filter(({ external }) => external).map(({ path }) => path),
  );
  return new Set(paths.filter((path) => !isBuiltin(path) && !path.startsWith('.')).map(packageOf));
}

/** `@scope/name/file` is a file of `@scope/name`. */
function packageOf(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');
}
