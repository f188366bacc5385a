import { fileURLToPath } from 'node:url';
import { appsPlugin } from './apps-plugin.ts';

/** The script and the style sheet of our own pages in the admin. */
export interface FrontEndBundle {
  readonly script: string;
  readonly styles: string;
}

/** Modules that AdminJS's own scripts bring along, and the globals that they are. */
const GLOBALS: Readonly<Record<string, string>> = {
  react: 'React',
  'react-dom': 'ReactDOM',
  'react-router': 'ReactRouter',
  'react-router-dom': 'ReactRouterDOM',
  'react-redux': 'ReactRedux',
  adminjs: 'AdminJS',
  '@adminjs/design-system': 'AdminJSDesignSystem',
  '@adminjs/design-system/styled-components': 'styled',
};

/** The folder of all apps. */
const APPS_FOLDER = fileURLToPath(new URL('../apps', import.meta.url));

/**
 * Makes one script and one style sheet of `front-end/index.ts` and everything that it imports, with the pages of all
 * apps in a folder. Writes no file.
 */
export async function bundleFrontEnd(appsFolder: string = APPS_FOLDER): Promise<FrontEndBundle> {
  // Only the build and development need it: it is not installed in production.
  const { build, stop } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('front-end/index.ts', import.meta.url))],
    outdir: 'bundle',
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    jsx: 'transform',
    // The sources are the project's own: its compiler settings are not those of browsers.
    tsconfigRaw: {},
    logLevel: 'silent',
    plugins: [
      appsPlugin(appsFolder),
      {
        name: 'globals of AdminJS',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^[^./]/ }, ({ path }) =>
            Object.hasOwn(GLOBALS, path) ? { path, namespace: 'global' } : undefined,
          );
          onLoad({ filter: /.*/, namespace: 'global' }, ({ path }) => ({
            contents: `module.exports = globalThis.${GLOBALS[path]};`,
          }));
        },
      },
    ],
  });
  // It would keep a process of its own.
  await stop();
  const textOf = (extension: string) => outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? '';
  return { script: textOf('.js'), styles: textOf('.css') };
}
