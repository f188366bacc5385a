import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(markdown: string): string[] {
  const withoutCode = markdown.replaceAll(/^```.*?^```/gms, '');
  return [...withoutCode.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** What a page links to within the project. */
function linksOf(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

describe('the documentation', () => {
  const pages = new Map<string, string>();
  beforeAll(async () => {
    for await (const path of glob('{*,docs/**/*}.md', { cwd: ROOT })) {
      pages.set(path, await readFile(join(ROOT, path), 'utf8'));
    }
  });

  it('has links that lead somewhere', () => {
    const dead = [...pages].flatMap(([page, markdown]) =>
      linksOf(markdown).flatMap((target) => {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : join(dirname(page), path);
        const isAnchorThere = anchor === undefined || anchorsOf(pages.get(file) ?? '').includes(anchor);
        return existsSync(join(ROOT, file)) && isAnchorThere ? [] : [`${page}: ${target}`];
      }),
    );
    expect(dead).toEqual([]);
    expect(pages.size).toBeGreaterThan(15);
  });

  it('names only tests that are there', async () => {
    const files = new Map<string, string>();
    for await (const path of glob('test/**/*.test.ts', { cwd: ROOT })) {
      files.set(path, await readFile(join(ROOT, path), 'utf8'));
    }
    const mentions = [
      ...(pages.get('docs/architecture.md') ?? '').matchAll(/`([\w/-]+\.test\.ts)`((?:[:,] \*[^*]+\*)*)/g),
    ];
    const missing = mentions.flatMap(([, name = '', titles = '']) => {
      const sources = [...files].filter(([path]) => path.endsWith(`/${name}`)).map(([, source]) => source);
      if (sources.length === 0) return [name];
      return [...titles.matchAll(/\*([^*]+)\*/g)]
        .map(([, title = '']) => title.replace(/…$/, ''))
        .filter((title) => !sources.some((source) => source.includes(title)))
        .map((title) => `${name}: ${title}`);
    });
    expect(missing).toEqual([]);
    expect(mentions.length).toBeGreaterThan(15);
  });

  it('lists every decision', () => {
    const index = linksOf(pages.get('docs/decisions/README.md') ?? '');
    const decisions = [...pages.keys()]
      .filter((path) => /^docs\/decisions\/\d/.test(path))
      .map((path) => path.replace('docs/decisions/', ''));
    expect(index.toSorted()).toEqual(decisions.toSorted());
  });
});
