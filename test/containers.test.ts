import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { DCLinter } from 'dclint';
import { validate } from 'dockerfile-utils';
import { loadedPackages } from './support/loaded-packages.ts';

/** The processes of production. The rest are threads and workers that they start. */
const ENTRY_POINTS = [
  'src/server.ts',
  'src/engine.ts',
  'src/worker.ts',
  'src/manage.ts',
  'src/queue/engine/parent-watch.ts',
  'src/apps/composite/rasterizers/pdfium/thread.ts',
  'src/apps/map-registry/sources/description/description-thread.ts',
  'src/apps/view-server/cog/built-in/conversion-thread.ts',
  'src/apps/view-server/cog/built-in/warp-thread.ts',
];

/** What the build loads, and development: production has their outcome in `dist`. */
const OF_THE_BUILD = ['@adminjs/express', 'adminjs', 'esbuild'];

function path(name: string): string {
  return fileURLToPath(new URL(`../${name}`, import.meta.url));
}

describe('the Dockerfile', () => {
  let dockerfile: string;
  beforeAll(async () => {
    dockerfile = await readFile(path('Dockerfile'), 'utf8');
  });

  it('has nothing that its linter finds', () => {
    expect(validate(dockerfile)).toEqual([]);
    expect(validate(`${dockerfile}\nHEALTCHECK NONE`)).not.toEqual([]);
  });

  it('copies only what .dockerignore lets in, and everything that is there', async () => {
    const ignore = (await readFile(path('.dockerignore'), 'utf8')).split('\n');
    const letIn = ignore.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' ').map((name) => name.replace(/^\.\//, '')),
    );
    expect([...new Set(copied)].toSorted()).toEqual(letIn.toSorted());
    for (const name of letIn) await expect(readFile(path(name)).catch(isDirectory)).resolves.toBeDefined();
  });

  it('runs as somebody who is not root, in production mode, without development dependencies', () => {
    const runtime = dockerfile.slice(dockerfile.indexOf('AS runtime'));
    expect(runtime).toMatch(/^USER node$/m);
    expect(runtime).toMatch(/^ENV NODE_ENV=production DJANGO_DEBUG=False$/m);
    expect(runtime).toContain('COPY --from=dependencies /build/node_modules');
    expect(dockerfile).toContain('npm ci --omit=dev');
  });
});

describe('package.json', () => {
  it('has what production loads among the dependencies that the image installs', async () => {
    const { dependencies, optionalDependencies } = JSON.parse(await readFile(path('package.json'), 'utf8'));
    const loaded = await loadedPackages(ENTRY_POINTS, ['./sandbox/index.ts']);
    const installed = Object.keys({ ...dependencies, ...optionalDependencies });
    expect([...loaded].filter((name) => !installed.includes(name)).toSorted()).toEqual(OF_THE_BUILD);
    expect(loaded).toContain('express');
  });
});

describe('docker-compose.yml', () => {
  it('has nothing that its linter finds', () => {
    const linter = new DCLinter({ rules: {}, quiet: false, debug: false, exclude: [] });
    const [result] = linter.lintFiles([path('docker-compose.yml')], false);
    expect(result?.messages).toEqual([]);
  });
});

function isDirectory(error: NodeJS.ErrnoException): string {
  if (error.code === 'EISDIR') return 'a directory';
  throw error;
}
