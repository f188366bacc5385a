import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { StepContext } from '../../../../src/apps/ingestion/refreshes/step.ts';
import { IngestionService } from '../ingestion-service.ts';
import { runStepAs } from '../run-tasks.ts';

let service: IngestionService;
beforeEach(async () => {
  service = await IngestionService.start();
});
afterEach(() => service.stop());

it('shows in pg_stat_activity which step of which task a connection is of, and ends its statements in time', async () => {
  const request = { model: 'image', action: 'PROMOTE', index_suffix: 'a', alias: 'image-main' };
  const id = await service.post(request);
  const seen: unknown[] = [];
  await runStepAs(service, id, 0, async ({ databases }: StepContext) => {
    for (const { pool } of [databases.api, databases.upstream]) {
      const { rows } = await pool.raw(
        `SELECT application_name AS name, current_setting('statement_timeout') AS timeout
         FROM pg_stat_activity WHERE pid = pg_backend_pid()`,
      );
      seen.push(rows[0]);
    }
    return { progress: { rowsDone: 1 } };
  });
  const shown = { name: `ingestion build_constraints ${id}`, timeout: '12h' };
  expect(seen).toEqual([shown, shown]);
});
