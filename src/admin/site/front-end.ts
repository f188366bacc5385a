import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { bundleFrontEnd } from '../front-end-bundle.ts';
import { ADMIN_ROOT } from '../paths.ts';
import { ASSETS, type Frame, renderFrame } from './frame.ts';

/** A file that browsers load: its name changes with its content, so that they keep it for ever. */
export interface SiteFile {
  readonly name: string;
  readonly content: Buffer;
  /** The same, compressed; missing where the site runs from its sources. */
  readonly compressed?: { readonly br: Buffer; readonly gzip: Buffer };
}

/** All that browsers load of the admin before they ask for data. */
export interface FrontEnd extends Pick<Frame, 'page' | 'state'> {
  readonly files: readonly SiteFile[];
}

/** Makes it from the sources: AdminJS's page and scripts, and one script and one style sheet of all our pages. */
export async function makeFrontEnd(): Promise<FrontEnd> {
  const [frame, bundle] = await Promise.all([renderFrame(), bundleFrontEnd()]);
  const contents = [
    ...(await Promise.all(
      frame.scripts.map(async ({ name, file }) => ({ name, content: await readFile(file) })),
    )),
    { name: 'components.bundle.js', content: Buffer.from(bundle.script) },
    { name: 'components.bundle.css', content: Buffer.from(bundle.styles) },
  ];
  let { page } = frame;
  const files: SiteFile[] = [];
  for (const { name, content } of contents) {
    const hashed = withHash(name, content);
    page = page.replaceAll(addressOf(name), addressOf(hashed));
    files.push({ name: hashed, content });
  }
  return { page, state: frame.state, files };
}

/** Compresses the files as small as they get: for the build, as it takes some seconds. */
export async function compressFiles(frontEnd: FrontEnd): Promise<FrontEnd> {
  const files = await Promise.all(
    frontEnd.files.map(async ({ name, content }) => ({
      name,
      content,
      compressed: {
        br: await promisify(brotliCompress)(content, {
          params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
        }),
        gzip: await promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }),
      },
    })),
  );
  return { ...frontEnd, files };
}

function withHash(name: string, content: Buffer): string {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
  return name.replace(/\.(?=[a-z]+$)/, `.${hash}.`);
}

function addressOf(name: string): string {
  return `"${ADMIN_ROOT}${ASSETS}/${name}"`;
}
