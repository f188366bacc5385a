import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ingestionMetrics } from '../../../../src/apps/ingestion/telling/metrics.ts';
import { IngestionService } from '../ingestion-service.ts';
import { runStepAs } from '../run-tasks.ts';

let service: IngestionService;
beforeEach(async () => {
  service = await IngestionService.start();
});
afterEach(() => service.stop());

/** The lines with values, without what times them. */
async function figures(): Promise<readonly string[]> {
  const text = await ingestionMetrics(service.platform).collect();
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/(timestamp_seconds\{.*\}) \d{10}\.?\d*$/, '$1 now'));
}

it('counts refreshes by model and state, and says when each action last ended and how', async () => {
  const callback_url = 'https://example.org/done';
  const point = { action: 'POINT_ALIAS', index_suffix: 'a', alias: 'b', callback_url };
  const done = await service.post({ model: 'audio', ...point });
  await runStepAs(service, done, 0, async () => ({ progress: { rowsDone: 1 } }));
  await service.post({ model: 'image', ...point });
  await service.post({ model: 'image', ...point });
  expect(await figures()).toEqual([
    'ingestion_up 1',
    'ingestion_refreshes{model="image",state="queued"} 2',
    'ingestion_refresh_progress_percent{model="image",action="POINT_ALIAS"} 0',
    'ingestion_last_end_timestamp_seconds{model="audio",action="POINT_ALIAS",state="done"} now',
    'ingestion_callbacks_waiting 1',
  ]);
});

it('says that the figures could not be read, and nothing else', async () => {
  await service.own.database.raw('ALTER TABLE ingestion.refreshes RENAME TO hidden');
  expect(await figures()).toEqual(['ingestion_up 0']);
});
