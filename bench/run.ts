import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeSamplePdf } from '../src/apps/composite/sandbox/sample/sample-pdf.ts';
import { startPostgres } from '../src/standalone/postgres.ts';
import { makeTestDatabasesIn } from '../test/support/database.ts';
import { benchAdmin } from './admin.ts';
import { benchRefreshes } from './ingestion/whole-refreshes.ts';
import { benchIngestion } from './ingestion.ts';
import { benchMapRegistry, isMapRegistryPart, MAP_REGISTRY_PARTS } from './map-registry.ts';
import { benchPullQueues } from './pull-queues.ts';
import { benchQueue, isQueuePart, MEASURING_PARTS, QUEUE_PARTS } from './queue.ts';
import { benchRasterizer } from './rasterize.ts';
import { benchRender } from './render.ts';
import { print, printTable } from './report.ts';
import { benchBooks, benchSubmissions, writeBook } from './service.ts';
import { benchViewServer, isViewServerPart, VIEW_SERVER_PARTS } from './view-server.ts';

// Measures the whole service in one run, on a Postgres of its own that waits for the disk as in production.
// PDFs may be named as arguments; otherwise the sample that the demo makes is drawn. `--only pdfs`, `rasterizer`,
// `api`, `queue`, `admin`, `render`, `pull-queues`, `ingestion`, `refreshes`, `view-server` or `map-registry` measures that subject
// alone; `render` includes `pull-queues`, and `ingestion` includes `refreshes`. `--part` chooses a part of the queue (`drain`), the
// view server (`cog`) or the map registry (`csw`), and may be repeated. `--rows` is how many rows ingestion copies.
const { values, positionals: named } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    part: { type: 'string', multiple: true, default: [...MEASURING_PARTS] },
    rounds: { type: 'string', default: '5' },
    rows: { type: 'string', default: '300000' },
  },
});
const measures = (part: string) => values.only === undefined || values.only === part;
const rounds = Number(values.rounds);
const rows = Number(values.rows);
const unknownParts = values.part.filter(
  (part) => !isQueuePart(part) && !isViewServerPart(part) && !isMapRegistryPart(part),
);
const viewServerParts = values.part.filter(isViewServerPart);
const mapRegistryParts = values.part.filter(isMapRegistryPart);
if (unknownParts.length > 0 || ![rounds, rows].every((number) => Number.isInteger(number) && number > 0)) {
  process.stderr.write(
    `Usage: --part ${[...QUEUE_PARTS, ...VIEW_SERVER_PARTS, ...MAP_REGISTRY_PARTS].join('|')} (unknown: ${unknownParts.join(', ') || 'none'}); --rounds and --rows are numbers from 1\n`,
  );
  process.exit(2);
}
// What was started ends with this process, however it ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const directory = await mkdtemp(join(tmpdir(), 'composite-bench-'));
await chmod(directory, 0o755);
const postgres = await startPostgres({
  dataDirectory: join(directory, 'postgres'),
  parameters: {
    max_connections: '300',
    shared_preload_libraries: 'pg_stat_statements',
    // Only where statements are counted.
    'pg_stat_statements.track': 'none',
  },
});
try {
  await makeTestDatabasesIn(postgres.url);
  process.stdout.write(
    `${cpus().length} cores, ${Math.round(totalmem() / 1e9)} GB, Node ${process.version}\n`,
  );
  const books = named.length > 0 ? named : [await writeBook(directory, 'sample.pdf', await makeSamplePdf())];
  if (measures('pdfs')) print('PDFs', await benchBooks(books));
  if (measures('rasterizer')) print('Rasterizer alone', await benchRasterizer(books));
  if (measures('api')) print('API', await benchSubmissions());
  if (measures('queue')) {
    for (const part of values.part.filter(isQueuePart))
      for (const table of await benchQueue(part, { rounds, postgresPid: postgres.pid })) printTable(table);
  }
  if (measures('admin'))
    print('Admin, beside a million tasks and a hundred thousand members', await benchAdmin());
  if (measures('render')) print('Worksheets', await benchRender());
  if (measures('render') || values.only === 'pull-queues') print('Pull queues', await benchPullQueues());
  if (measures('ingestion')) print('Ingestion, from one Postgres to another', await benchIngestion(rows));
  if (measures('ingestion') || values.only === 'refreshes')
    print('Ingestion, whole refreshes', await benchRefreshes(rows));
  if (measures('view-server')) {
    for (const part of viewServerParts.length > 0 ? viewServerParts : VIEW_SERVER_PARTS) {
      const { title, rows: measured } = await benchViewServer(part, rounds);
      print(title, measured);
    }
  }
  if (measures('map-registry')) {
    for (const part of mapRegistryParts.length > 0 ? mapRegistryParts : MAP_REGISTRY_PARTS) {
      const { title, rows: measured } = await benchMapRegistry(part, rounds, {
        postgresPid: postgres.pid,
      });
      print(title, measured);
    }
  }
} finally {
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
}
