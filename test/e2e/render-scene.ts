import { findGenerator } from '../../src/apps/render/generators/index.ts';
import { firstOptions } from '../../src/apps/render/generators/options.ts';
import { leaseTasks } from '../../src/apps/render/pull-queues/leases.ts';
import { ensureQueueId } from '../../src/apps/render/pull-queues/queues.ts';
import { insertTask } from '../../src/apps/render/pull-queues/tasks.ts';
import { eventually } from '../support/eventually.ts';
import type { AdminInBrowser } from './admin-in-browser.ts';

/** What the service of the scene is started with. */
export const RENDER_ENVIRONMENT = { INSTALLED_APPS: 'render', RENDER_QUEUES: 'worksheets/orders' };

/** The keys of tasks that the pages show. */
export interface RenderScene {
  readonly resultId: string;
  readonly failedId: string;
  readonly orderId: string;
  /** Ends the engine that renders orders. */
  close(): Promise<void>;
}

/** A page, by a name for a file. */
export interface ShownPage {
  readonly name: string;
  readonly address: string;
}

/** Orders that clients have sent: some rendered by a real engine, one that fails, one that a client has leased. */
export async function makeRenderScene(admin: AdminInBrowser): Promise<RenderScene> {
  const { database } = admin.service.database;
  const send = (payload: object) => insertOrder(admin, payload);
  const engine = await admin.service.startEngine();
  await send(orderOf('treasure_hunt', 'Treasure hunt'));
  await send(orderOf('piano_keys', 'Piano keys'));
  await send(orderOf('crossword', 'Crossword'));
  const results = await eventually(async () => {
    const found: { id: string; payload: string }[] = await database('render.tasks').where({ tag: 'result' });
    return found.length === 3 ? found : undefined;
  });
  const resultWith = (text: string) =>
    results.find(({ payload }) => Buffer.from(payload, 'base64').includes(text))?.id ?? '';

  const letters = await ensureQueueId(database, { project: 'a-school', queue: 'letters' });
  await insertTask(database, letters, {
    id: 'leased-letter',
    payloadBase64: 'aGVsbG8=',
    tag: '',
    retryCount: 0,
  });
  await leaseTasks(database, letters, { count: 1, leaseSeconds: 3_600 });

  // A client has leased this order, so it stays one.
  const orders = await ensureQueueId(database, { project: 'worksheets', queue: 'orders' });
  const leased = await insertTask(database, orders, {
    payloadBase64: Buffer.from(JSON.stringify(orderOf('grid', 'Grid of Room 5'))).toString('base64'),
    tag: 'task',
    retryCount: 0,
  });
  await database('render.tasks')
    .where({ id: leased?.rowId })
    .update({
      is_free: false,
      retry_count: 1,
      leased_until_us: database.raw('render.now_microseconds() + 3600000000::bigint'),
    });
  return {
    resultId: resultWith('"treasure_hunt"'),
    failedId: resultWith('"crossword"'),
    orderId: leased?.rowId ?? '',
    async close() {
      engine.kill('SIGTERM');
      await engine.ended;
    },
  };
}

/** The pages of the app, in the admin and for everybody. */
export function renderPagesOf(admin: AdminInBrowser, scene: RenderScene): readonly ShownPage[] {
  const inAdmin = (name: string, path: string) => ({ name, address: admin.address(path) });
  const record = (id: string) => `/resources/pull-tasks/records/${id}/show`;
  const resources = `${admin.service.url}/render/resources`;
  return [
    inAdmin('queues', '/resources/pull-queues'),
    inAdmin('tasks', '/resources/pull-tasks'),
    inAdmin('order-new', record('new')),
    inAdmin('order', record(scene.orderId)),
    inAdmin('result', record(scene.resultId)),
    inAdmin('result-failed', record(scene.failedId)),
    { name: 'worksheets', address: resources },
    { name: 'worksheet', address: `${resources}/treasure_hunt` },
  ];
}

function orderOf(view: string, name: string): object {
  return {
    ...firstOptions(findGenerator(view)?.options ?? {}),
    kind: 'task#render',
    resource_slug: view.replaceAll('_', '-'),
    resource_name: name,
    resource_view: view,
    paper_size: 'a4',
    copies: 1,
    url: `https://school.example/resources/${view}`,
    header_text: 'Room 5',
  };
}

async function insertOrder(admin: AdminInBrowser, payload: object): Promise<void> {
  const path = '/taskqueue/v1beta2/projects/worksheets/taskqueues/orders/tasks';
  const response = await fetch(`${admin.service.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      queueName: 'orders',
      tag: 'task',
      payloadBase64: Buffer.from(JSON.stringify(payload)).toString('base64'),
    }),
  });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
}
