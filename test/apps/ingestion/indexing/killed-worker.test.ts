import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../../../support/eventually.ts';
import { type NodeProcess, startNodeProcess } from '../../../support/node-process.ts';
import { IngestionService } from '../ingestion-service.ts';

jest.setTimeout(180_000);

const ROWS = 40_000;

let service: IngestionService;
let engine: NodeProcess;
beforeEach(async () => {
  service = await IngestionService.start();
  await service.api.database.raw(
    `CREATE TABLE public.image (id bigint PRIMARY KEY, title text, tags jsonb);
     INSERT INTO public.image SELECT n * 1000, 'dog number ' || n, '[{"name": "dogs"}, {"name": "animal"}]'
     FROM generate_series(1, ${ROWS}) n`,
  );
  engine = startNodeProcess(new URL('../../../../dist/engine.js', import.meta.url), {
    INSTALLED_APPS: 'ingestion',
    DATABASE_URL: service.own.url,
    INGESTION_DATABASE_URL: service.api.url,
    UPSTREAM_DATABASE_URL: service.upstream.url,
    DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
    LOG_LEVEL: 'info',
    ENGINE_WORKER_COUNT: '2',
  });
  await engine.waitForLine(({ msg }) => msg === 'engine started');
});
afterEach(async () => {
  engine.kill('SIGKILL');
  await engine.ended;
  await service.stop();
});

/** The worker of a slice of which some rows are indexed. */
function workerOfBegunSlice(): Promise<number> {
  return eventually(
    async () => {
      const running = await service.queue.running({ limit: 10 });
      return running.find(
        ({ func, progress }) => func === 'ingestion.index_slice' && progress && progress.done > 0,
      )?.workerPid;
    },
    60_000,
    5,
  );
}

describe('a worker that is killed while it indexes a slice', () => {
  it('leaves the slice to another one, and no row is lost or indexed twice', async () => {
    const task = await service.post({ model: 'image', action: 'REINDEX', index_suffix: 'a' });
    process.kill(await workerOfBegunSlice(), 'SIGKILL');
    const ended = await eventually(async () => {
      const { body } = await service.send('GET', `/task/${task}`);
      return body.finish_time !== null && body;
    }, 120_000);
    expect(ended).toMatchObject({ error: false, progress: 100, active: false });
    const { rows } = await service.own.database.raw(
      `SELECT result FROM ingestion.steps WHERE name = 'index'`,
    );
    expect(rows[0].result).toMatchObject({ rows: ROWS, documents: ROWS, failed: 0 });
    const indexed = await service.api.database.raw('SELECT count(*) FROM search.documents_1');
    expect(indexed.rows[0].count).toBe(String(ROWS));
    const lost = await service.own.database.raw(
      `SELECT count(*)::int AS count FROM queue.failed_attempts WHERE outcome = 'worker died'`,
    );
    expect(lost.rows[0].count).toBe(1);
  });
});
