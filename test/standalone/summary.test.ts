import { stripVTControlCharacters } from 'node:util';
import { expect, it } from '@jest/globals';
import { dataFolder } from '../../src/standalone/data-folder.ts';
import { formatSummary, type SummaryContent } from '../../src/standalone/summary.ts';
import { emptyDemo, madeUpApp, offersOf } from './made-up-apps.ts';

const API = 'http://localhost:8000';
const NAMES = ['composite', 'render', 'ingestion', 'earth-view', 'map-registry'];

const running = {
  apiUrl: API,
  adminUrl: `${API}/admin`,
  standIns: [],
  secrets: {},
  administrator: { username: 'admin', password: 'secret' },
};

function summaryOf(
  names: readonly string[],
  services: readonly string[],
  tryNext: readonly string[],
): string {
  const content: SummaryContent = {
    apiUrl: API,
    adminUrl: `${API}/admin`,
    apps: names.map((name) => ({
      ...madeUpApp(name, { offers: offersOf(name), demo: emptyDemo, tryNext: () => tryNext }),
      running,
    })),
    engines: names.map((queue) => ({ queue, workerCount: 2 })),
    services: services.map((name) => ({ name, url: 'http://127.0.0.1:9090', note: 'stand-in' })),
    folder: dataFolder({ STANDALONE_DATA_DIRECTORY: '/data' }),
    administrator: { username: 'admin', password: 'secret' },
    startMilliseconds: 2_345,
  };
  return stripVTControlCharacters(formatSummary(content));
}

it('fits a screen with five apps, each with what it offers first and its demo', () => {
  const services = ['Postgres', 'S3', 'DLCS', 'Atlas', 'Tiles'];
  const summary = summaryOf(NAMES, services, ['curl …']);
  const lines = summary.split('\n');
  expect(lines.length).toBeLessThanOrEqual(30);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(120);
  for (const name of NAMES) expect(summary).toContain(`${API}/${name}/1`);
  expect(summary).toMatch(/^ {2}Earth view +http:\S+ +its offer 1\n +npm run demo -- earth-view +shows/m);
  for (const label of ['Admin', 'Health', 'Engines', 'Files', ...services]) {
    expect(summary).toMatch(new RegExp(`^  ${label} `, 'm'));
  }
  expect(summary).toContain('5 queues, 2 workers each');
  expect(summary).toContain('npm run manage -- qmonitor');
  expect(summary).not.toContain('curl');
});

it('shows of one app two offers, its demo, and what to try by hand', () => {
  const summary = summaryOf(['composite'], ['Postgres', 'S3'], ['curl …']);
  expect(summary.split('\n').length).toBeLessThanOrEqual(30);
  expect(summary).toMatch(/Composite +http:\S+1 +its offer 1\n +http:\S+2 .*\n +npm run demo +shows/);
  expect(summary).not.toContain(`${API}/composite/3`);
  expect(summary).toContain('    curl …');
  expect(summary).toContain('Engines    2 workers');
});

it('leaves out by hand what would wrap over the end of the screen', () => {
  expect(summaryOf(['composite'], ['Postgres'], ['x'.repeat(2_000)])).not.toContain('by hand');
});
