import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { makePlace, type Place, runEntryPoint } from '../../../standalone/entry-point.ts';

jest.setTimeout(240_000);

let place: Place;
beforeEach(async () => {
  place = await makePlace();
});
afterEach(() => place.remove());

const APPS = { INSTALLED_APPS: 'ingestion' };

it('refreshes a table, breaks a second refresh off, and shows that nothing changed', async () => {
  const demo = runEntryPoint(place, 'demo', ['ingestion', '--rows', '20000'], APPS);
  expect([await demo.untilEnded(), demo.output()]).toEqual([
    0,
    expect.stringContaining('COMPLETED  a refresh of 20,000 rows, and one that was broken off'),
  ]);
  const output = demo.output();
  expect(output).toContain('Before: there is no alias images yet');
  expect(output).toMatch(/After: a search for "lighthouse" finds \d+ images: .*Lighthouse/);
  expect(output).toMatch(
    /"fox" and "night market" are sensitive: a search for "fox" finds [\d,]+ images in images, and none in images-filtered/,
  );
  expect(output).toMatch(/After [\d,]+ rows the upstream database is cut off/);
  expect(output.match(/Nothing changed\./g)).toHaveLength(2);
  expect(output).toMatch(/Second refresh, broken off +[\d,]+ .*cancelled, nothing changed/);
  expect(output).toMatch(/[\d,]+ reads meanwhile, none failed/);
});

it('refuses to write into databases that are the user’s own', async () => {
  const demo = runEntryPoint(place, 'demo', ['ingestion'], {
    ...APPS,
    UPSTREAM_DATABASE_URL: 'postgresql://nobody:word@127.0.0.1:1/none',
  });
  expect([await demo.untilEnded(), demo.output()]).toEqual([
    1,
    expect.stringContaining('Unset UPSTREAM_DATABASE_URL and INGESTION_DATABASE_URL'),
  ]);
});

it('refuses a number of rows that is none, before it starts anything', async () => {
  const demo = runEntryPoint(place, 'demo', ['ingestion', '--rows', 'many'], APPS);
  expect(await demo.untilEnded()).toBe(1);
  expect(demo.output()).toContain('a whole number from 5000 to 100000');
});
