import { eventually } from '../../../support/eventually.ts';
import type { NodeProcess } from '../../../support/node-process.ts';
import { startNodeProcess } from '../../../support/node-process.ts';
import { RENDERED_QUEUE, type RenderService, type WireTask } from '../render-service.ts';

/** The payload of a result. */
export type Result = Readonly<Record<string, unknown>> & {
  readonly success: boolean;
  readonly task_id: string;
};

/** An order of a document that can be rendered. */
export const ORDER = {
  kind: 'task#render',
  resource_slug: 'grid',
  resource_name: 'Grid',
  resource_view: 'grid.py',
  paper_size: 'a4',
  copies: 1,
  url: 'https://example.org/grid?paper_size=a4',
  header_text: 'Kōwhai',
};

/** Encodes a payload as clients do. */
export function encode(payload: unknown): string {
  return Buffer.from(JSON.stringify(payload)).toString('base64');
}

/** Orders a document; returns the task. */
export function order(
  service: RenderService,
  payload: unknown = ORDER,
  fields: object = {},
): Promise<WireTask> {
  const payloadBase64 = typeof payload === 'string' ? payload : encode(payload);
  const { queue, project } = RENDERED_QUEUE;
  return service.insert({ payloadBase64, tag: 'task', ...fields }, queue, project);
}

/** Starts an engine on the database of a service, and waits until it takes tasks. */
export async function startEngine(
  service: RenderService,
  environment: NodeJS.ProcessEnv = {},
): Promise<NodeProcess> {
  const engine = startNodeProcess(new URL('../../../../dist/engine.js', import.meta.url), {
    ...service.environment,
    LOG_LEVEL: 'info',
    ENGINE_WORKER_COUNT: '1',
    ...environment,
  });
  await engine.waitForLine(({ msg }) => msg === 'engine started');
  return engine;
}

/** Stops an engine at once. */
export async function killEngine(engine: NodeProcess): Promise<void> {
  engine.kill('SIGKILL');
  await engine.ended;
}

/** Everything that is in the rendered queue. */
export async function tasksOf(service: RenderService): Promise<readonly WireTask[]> {
  const { body } = await service.send('GET', service.tasksPath(RENDERED_QUEUE.queue, RENDERED_QUEUE.project));
  return body.items ?? [];
}

/** The results that are in the rendered queue. */
export async function resultsOf(service: RenderService): Promise<readonly Result[]> {
  return (await tasksOf(service))
    .filter(({ tag }) => tag === 'result')
    .map(({ payloadBase64 }) => JSON.parse(Buffer.from(payloadBase64, 'base64').toString('latin1')));
}

/** Waits until there are so many results. */
export function waitForResults(service: RenderService, count = 1): Promise<readonly Result[]> {
  return eventually(async () => {
    const results = await resultsOf(service);
    return results.length >= count ? results : undefined;
  }, 60_000);
}
