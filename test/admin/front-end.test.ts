import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { bundleFrontEnd, type FrontEndBundle } from '../../src/admin/front-end-bundle.ts';
import type { AdminSite } from '../../src/app-kit/admin/admin-site.ts';
import { distanceInWords, secondsBetween, spanInWords } from '../../src/app-kit/pages/moments.ts';
import { shareAdmin } from './shared-admin.ts';

describe("the admin's front end", () => {
  let frontEnd: FrontEndBundle;
  beforeAll(async () => {
    frontEnd = await bundleFrontEnd();
  });

  it('is one script that browsers can read, and that leaves no names behind', () => {
    expect(() => new Script(frontEnd.script)).not.toThrow();
    expect(frontEnd.script.slice(0, 20)).toMatch(/^("use strict";)?\(\(\)=>\{/);
    const names = ['Application', 'TopBar', 'ResourceRoute', 'RecordActionRoute', 'SearchPage'];
    expect(names.filter((name) => !frontEnd.script.includes(name))).toEqual([]);
  });

  it('takes React and AdminJS from the scripts of AdminJS', () => {
    expect(frontEnd.script.includes('globalThis.React')).toBe(true);
    // What React's own code has.
    expect(frontEnd.script).not.toMatch(/react\.(transitional\.)?element/);
    expect(Buffer.byteLength(frontEnd.script)).toBeLessThan(300_000);
  });

  it('has the pages of every app that is in the folder of the apps, and names none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'apps-'));
    for (const name of ['render', 'view-server', 'without-pages']) {
      await mkdir(join(folder, name, 'admin/pages'), { recursive: true });
      if (name === 'without-pages') continue;
      await writeFile(
        join(folder, name, 'admin/pages/index.ts'),
        `export const pages = { x: 'pages of ${name}' };`,
      );
    }
    const { script } = await bundleFrontEnd(folder);
    await rm(folder, { recursive: true });
    expect(script).toContain('pages of render');
    expect(script).toContain('pages of view-server');
    expect(script).not.toContain('without-pages');
  });

  it('has colours for light and dark, and asks nothing of other hosts', () => {
    expect(frontEnd.styles.includes('light-dark(')).toBe(true);
    expect(/url\(["']?https?:|@import/.exec(frontEnd.styles)).toBeNull();
    // The name of SVG's elements is no address that anybody asks.
    const addresses = frontEnd.script.match(/https?:\/\/[^"'`\s]*/g) ?? [];
    expect(addresses.filter((address) => address !== 'http://www.w3.org/2000/svg')).toEqual([]);
  });

  it('is put beside the compiled server by the build, also compressed', async () => {
    const folder = new URL('../../dist/admin/site/front-end/', import.meta.url);
    const names = await readdir(folder);
    const script = names.find((name) => /^components\.bundle\.[0-9a-f]{16}\.js$/.test(name)) ?? '';
    expect(names).toEqual(expect.arrayContaining([`${script}.br`, `${script}.gz`, 'front-end.json']));
    // Nobody wants to read of two scripts that differ.
    expect((await readFile(new URL(script, folder), 'utf8')) === frontEnd.script).toBe(true);
  });
});

describe('the page of the admin', () => {
  const admin = shareAdmin();
  const ada = admin.signedIn();

  it('knows which apps are installed, and shows the pages of no other', async () => {
    const html = await (await ada.get('')).text();
    const [, site = ''] = /window\.ADMIN_SITE = (.*);/.exec(html) ?? [];
    expect((JSON.parse(site) as AdminSite).apps).toEqual([
      {
        name: 'composite',
        title: 'Composites',
        resources: ['collections', 'members', 'batches'],
        searchable: 'members, collections',
      },
    ]);
  });
});

describe('moments and spans', () => {
  it.each([
    [0.123, '0.12 s'],
    [3.21, '3.2 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [200, '3 min 20 s'],
    [7_500, '2 h 5 min'],
    [7_200, '2 h'],
    [90_000, '1 d 1 h'],
    [-5, '0.00 s'],
  ])('of %d seconds are %s', (seconds, words) => {
    expect(spanInWords(seconds)).toBe(words);
  });

  it.each([
    ['2026-01-01T12:00:01Z', 'just now'],
    ['2026-01-01T11:59:20Z', '40 seconds ago'],
    ['2026-01-01T11:20:00Z', '40 minutes ago'],
    ['2026-01-01T15:00:00Z', 'in 3 hours'],
    ['2025-12-31T11:00:00Z', 'yesterday'],
  ])('%s is shown at noon as %s', (moment, words) => {
    expect(distanceInWords(moment, Date.parse('2026-01-01T12:00:00Z'), 'en')).toBe(words);
  });

  it('differ to the millisecond', () => {
    expect(secondsBetween('2026-01-01T12:00:00.000001Z', '2026-01-01T12:00:01.500Z')).toBeCloseTo(1.5, 2);
  });
});
