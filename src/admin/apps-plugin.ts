import { readdir } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** Where an app has the pages that it brings to the admin, below the folder of all apps. */
const PAGES_FILE = /^([^/]+)\/admin\/pages\/index\.tsx?$/;

/**
 * Lets the front end import the pages of all apps as `virtual:apps`, so that the admin names none of them.
 *
 * @param folder the folder of all apps; the name of an app is the name of its folder.
 */
export function appsPlugin(folder: string): Plugin {
  return {
    name: 'pages of the apps',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^virtual:apps$/ }, ({ path }) => ({ path, namespace: 'apps' }));
      onLoad({ filter: /.*/, namespace: 'apps' }, async () => ({
        contents: await importAll(folder),
        resolveDir: folder,
      }));
    },
  };
}

/** An app and the file of its pages, below the folder of all apps. */
interface PagesFile {
  readonly app: string;
  readonly file: string;
}

async function findPages(folder: string): Promise<readonly PagesFile[]> {
  const files = await readdir(folder, { recursive: true });
  return files
    .map((file) => file.replaceAll('\\', '/'))
    .sort()
    .flatMap((file) => {
      const [, app] = PAGES_FILE.exec(file) ?? [];
      return app === undefined ? [] : [{ app, file }];
    });
}

async function importAll(folder: string): Promise<string> {
  const found = await findPages(folder);
  const imports = found.map(
    ({ file }, index) => `import * as app${index} from ${JSON.stringify(`./${file}`)};`,
  );
  const entries = found.map(({ app }, index) => `{ name: ${JSON.stringify(app)}, module: app${index} }`);
  return `${imports.join('\n')}\nexport const apps = [${entries.join(', ')}];`;
}
