import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { takeForRendering } from '../../../../src/apps/render/rendering/store-result.ts';
import { adoptTasks } from '../../../../src/apps/render/tasks.ts';
import {
  type SandboxObjectStorage,
  startSandboxObjectStorage,
} from '../../../../src/standalone/object-storage.ts';
import { eventually } from '../../../support/eventually.ts';
import type { NodeProcess } from '../../../support/node-process.ts';
import { RENDERED_QUEUE, RenderService } from '../render-service.ts';
import {
  encode,
  killEngine,
  ORDER,
  order,
  resultsOf,
  startEngine,
  tasksOf,
  waitForResults,
} from './orders.ts';

const BUCKET = 'render-documents';

let directory: string;
let objectStorage: SandboxObjectStorage;
let service: RenderService;
let engine: NodeProcess;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'render-test-'));
  objectStorage = await startSandboxObjectStorage({ directory, bucketNames: [BUCKET] });
  service = await RenderService.start({
    ...objectStorage.environment,
    MAX_QUEUE_TASK_SIZE: '40000',
    RENDER_MAX_COPIES: '1200',
  });
  engine = await startEngine(service);
});
afterEach(() => service.test.database.raw('DELETE FROM render.tasks'));
afterAll(async () => {
  await killEngine(engine);
  await service.stop();
  await objectStorage.close();
  await rm(directory, { recursive: true });
});

const { queue, project } = RENDERED_QUEUE;

describe('an order', () => {
  it('is replaced by its result, which has the document and names the order', async () => {
    const { id } = await order(service);
    const [result] = await waitForResults(service);
    expect(result).toMatchObject({
      kind: 'result#document',
      success: true,
      filename: 'Grid (a4).pdf',
      task_id: id,
      resource_slug: 'grid',
      seed: expect.any(Number),
      pages: 1,
    });
    expect(Buffer.from(String(result?.['document']), 'base64').toString()).toMatch(/^%PDF-1/);
    expect(await tasksOf(service)).toMatchObject([{ tag: 'result', retry_count: 0 }]);
    expect(
      await service.lease('numTasks=9&leaseSecs=60&groupByTag=true&tag=result', queue, project),
    ).toHaveLength(1);
  });

  it('has its result in ASCII, whatever its texts are', async () => {
    await order(service, { ...ORDER, resource_name: 'Kōwhai 数 😀 <b>&amp;' });
    await waitForResults(service);
    const [{ payloadBase64 } = { payloadBase64: '' }] = await tasksOf(service);
    const json = Buffer.from(payloadBase64, 'base64').toString('latin1');
    expect(json).toMatch(/^[\x20-\x7e]*$/);
    expect(JSON.parse(json).filename).toBe('Kōwhai 数 😀 <b>&amp; (a4).pdf');
  });

  it('with a document that is larger than a result may be has a link to it', async () => {
    await order(service, {
      ...ORDER,
      resource_view: 'sorting_network',
      prefilled_values: 'hard',
      copies: 40,
    });
    const [result] = await waitForResults(service);
    expect(result).toMatchObject({ kind: 'result#link', success: true, url: expect.any(String), pages: 40 });
    const linked = await fetch(String(result?.['url']));
    expect(linked.headers.get('content-type')).toBe('application/pdf');
    expect(await linked.text()).toMatch(/\/Count 40\b/);
  });

  it('has as many copies as the settings allow', async () => {
    await order(service, { ...ORDER, copies: 1_200 });
    expect(await waitForResults(service)).toMatchObject([{ success: true, pages: 1_200 }]);
  });

  it('may name a language, and be black and white', async () => {
    await order(service, { ...ORDER, language: 'de', colour_mode: 'bw' });
    expect(await waitForResults(service)).toMatchObject([
      { success: true, filename: 'Grid (a4 - de - black and white).pdf' },
    ]);
  });

  it('with another tag, or in another queue, is for other clients to lease', async () => {
    await service.insert({ tag: 'other', payloadBase64: encode(ORDER) }, queue, project);
    await service.insert({ tag: 'task', payloadBase64: encode(ORDER) }, 'another', project);
    await order(service);
    await waitForResults(service);
    expect((await tasksOf(service)).map(({ tag }) => tag).toSorted()).toEqual(['other', 'result']);
    expect(await service.lease('numTasks=9&leaseSecs=1', 'another', project)).toHaveLength(1);
  });

  it('is rendered when it may be leased', async () => {
    const leaseTimestamp = (Date.now() + 1_500) * 1_000;
    await order(service, ORDER, { leaseTimestamp });
    await waitForResults(service);
    const [result] = await tasksOf(service);
    expect(result?.enqueueTimestamp).toBeGreaterThanOrEqual(leaseTimestamp);
  });

  it('that is not stored is not rendered', async () => {
    await order(service, ORDER, { id: 'twice', leaseTimestamp: (Date.now() + 3_600_000) * 1_000 });
    const waiting = await service.queue.queueSize();
    await expect(order(service, ORDER, { id: 'twice' })).rejects.toThrow('Task name is invalid.');
    expect(await service.queue.queueSize()).toBe(waiting);
    expect(await resultsOf(service)).toEqual([]);
  });
});

describe('an order that can never be rendered', () => {
  it.each([
    ['no base64', 'no base64!', 'The payload is not base64.', null],
    ['no JSON', Buffer.from('{').toString('base64'), 'The payload is not JSON in UTF-8.', null],
    ['no UTF-8', Buffer.from([0xff]).toString('base64'), 'The payload is not JSON in UTF-8.', null],
    ['a list', encode([ORDER]), 'The payload is not a JSON object.', null],
    [
      'a deep list',
      Buffer.from(`${'['.repeat(1e5)}${']'.repeat(1e5)}`).toString('base64'),
      'The payload is not',
      null,
    ],
    ['another kind', encode({ ...ORDER, kind: 'task#other' }), 'kind must be task#render.', 'grid'],
    ['no slug', encode({ ...ORDER, resource_slug: null }), 'resource_slug is required.', null],
    [
      'a slug that is no text',
      encode({ ...ORDER, resource_slug: 7 }),
      'resource_slug must be a string.',
      null,
    ],
    ['0 copies', encode({ ...ORDER, copies: 0 }), 'copies must be an integer from 1 to 1200.', 'grid'],
    ['-1 copies', encode({ ...ORDER, copies: -1 }), 'copies must be an integer from 1 to 1200.', 'grid'],
    ['10⁶ copies', encode({ ...ORDER, copies: 1e6 }), 'copies must be an integer from 1 to 1200.', 'grid'],
    [
      'copies as text',
      encode({ ...ORDER, copies: '2' }),
      'copies must be an integer from 1 to 1200.',
      'grid',
    ],
    ['another language', encode({ ...ORDER, language: 'xx' }), 'language must be en, de.', 'grid'],
    ['another colour mode', encode({ ...ORDER, colour_mode: 1 }), 'colour_mode must be a string.', 'grid'],
    ['another paper', encode({ ...ORDER, paper_size: 'a3' }), 'paper_size must be a4 or letter.', 'grid'],
    ['a path', encode({ ...ORDER, template: '/etc/passwd' }), 'template must be base-resource', 'grid'],
    [
      'a generator that there is not',
      encode({ ...ORDER, resource_view: '../x' }),
      'There is no generator',
      'grid',
    ],
    [
      'an option that is a deep list',
      Buffer.from(
        `${JSON.stringify({ ...ORDER, resource_view: 'piano_keys' }).slice(0, -1)},"highlight":${'['.repeat(1e5)}${']'.repeat(1e5)}}`,
      ).toString('base64'),
      'Option "highlight" cannot be a list.',
      'grid',
    ],
    ['an unknown option', encode({ ...ORDER, colour: 'red' }), 'colour', 'grid'],
  ])(
    'with %s fails at once, with a result that names it and says why',
    async (_what, payload, reason, slug) => {
      const { id } = await order(service, payload);
      const [result] = await waitForResults(service);
      expect(result).toEqual({
        kind: 'result#document',
        success: false,
        filename: null,
        document: null,
        task_id: id,
        resource_slug: slug,
        resource_view: result?.['resource_view'] ?? null,
        error: expect.stringContaining(reason),
      });
      expect(await tasksOf(service)).toHaveLength(1);
    },
  );

  it('says all that is wrong with it', async () => {
    await order(service, { kind: 'task#render' });
    const [result] = await waitForResults(service);
    for (const key of ['resource_slug', 'resource_name', 'resource_view', 'paper_size', 'copies', 'url']) {
      expect(result?.['error']).toContain(`${key} is required.`);
    }
  });

  it('leaves its worker running', () => {
    expect(engine.log.some(({ msg }) => String(msg).includes('worker died'))).toBe(false);
  });
});

describe('a client that leases an order itself', () => {
  it('has it until its lease ends, and then it is rendered', async () => {
    await service.queue.pause('a test');
    const { id } = await order(service);
    expect(await service.lease('numTasks=1&leaseSecs=600', queue, project)).toMatchObject([{ id }]);
    await service.queue.resume();
    await engine.waitForLine(({ msg }) => String(msg).startsWith('there is nothing to render'));
    const path = `${service.tasksPath(queue, project)}/${id}?newLeaseSeconds=0`;
    expect(await service.send('PATCH', path, { queueName: queue })).toMatchObject({ status: 200 });
    await eventually(
      async () => {
        await service.queue.asyncTask(adoptTasks, {});
        return (await resultsOf(service)).length === 1;
      },
      20_000,
      500,
    );
  });
});

/** The id of the task that renders an order. */
async function renderingOf(id: string): Promise<string> {
  const [rowId]: string[] = await service.test.database('render.tasks').where({ name: id }).pluck('id');
  const queued = await service.queue.queuedTasks({ limit: 10, offset: 0 });
  return queued.find(({ args }) => args['rowId'] === rowId)?.id ?? '';
}

describe('a rendering that an operator', () => {
  it('cancels while it waits has a result that says so', async () => {
    await service.queue.pause('a test');
    const { id } = await order(service);
    await service.queue.cancel(await renderingOf(id), 'Ada');
    expect(await resultsOf(service)).toMatchObject([
      { success: false, task_id: id, error: expect.stringContaining('Ada') },
    ]);
    await service.queue.resume();
  });

  it('deletes is adopted', async () => {
    await service.queue.pause('a test');
    const { id } = await order(service);
    expect(await service.queue.deleteQueuedTasks([await renderingOf(id)])).toBe(1);
    await service.queue.resume();
    await service.queue.asyncTask(adoptTasks, {});
    expect(await waitForResults(service)).toMatchObject([{ task_id: id, success: true }]);
  });

  it('deletes after an attempt is adopted too, once the lease of that has ended', async () => {
    await service.queue.pause('a test');
    const { id } = await order(service);
    const renderTaskId = await renderingOf(id);
    const [rowId]: string[] = await service.test.database('render.tasks').pluck('id');
    await takeForRendering(service.test.database, { rowId: rowId ?? '', renderTaskId }, 0);
    expect(await service.queue.deleteQueuedTasks([renderTaskId])).toBe(1);
    await service.queue.resume();
    await service.queue.asyncTask(adoptTasks, {});
    expect(await waitForResults(service)).toMatchObject([{ task_id: id, success: true }]);
  });
});
