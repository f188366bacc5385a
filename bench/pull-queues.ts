import { Agent, request } from 'undici';
import { leaseTasks } from '../src/apps/render/pull-queues/leases.ts';
import { ensureQueueId } from '../src/apps/render/pull-queues/queues.ts';
import { deleteTasks, insertTask } from '../src/apps/render/pull-queues/tasks.ts';
import { openDatabase } from '../src/platform/database/connection.ts';
import { storeTasks } from '../test/apps/render/pull-queues/stored-tasks.ts';
import { createTestDatabase } from '../test/support/database.ts';
import { startNodeProcess } from '../test/support/node-process.ts';
import { medianSecondsOf } from './figures.ts';
import type { Row } from './report.ts';

const CLIENTS = 8;
const SECONDS = 10;
const WARM_UP_SECONDS = 3;

/** Tasks that a worker of the original service leases at once. */
const BATCH = 20;

const TOKEN = 'token-of-the-bench';
const QUEUE = { project: 'bench', queue: 'tasks' } as const;
const TASKS_PATH = `/taskqueue/v1beta2/projects/${QUEUE.project}/taskqueues/${QUEUE.queue}/tasks`;
const PAYLOAD = 'aGVsbG8=';

const WAITING = 1_000_000;
const TAGS = 10_000;
const LEASED_IN_FRONT = 500_000;
const LEASES = 11;

/** Takes so many tasks through their life. */
type Lives = (count: number) => Promise<void>;

/** Pull queues over HTTP, against the same statements without it; and leases from a long queue. */
export async function benchPullQueues(): Promise<Row[]> {
  return [...(await benchLives()), ...(await benchLongQueue())];
}

async function benchLives(): Promise<Row[]> {
  const test = await createTestDatabase();
  const server = startNodeProcess(new URL('../dist/server.js', import.meta.url), {
    INSTALLED_APPS: 'render',
    DATABASE_URL: test.url,
    DJANGO_SECRET_KEY: 'the secret key of a bench, fifty characters long ok',
    TASKQUEUE_PRODUCER_TOKENS: TOKEN,
    TASKQUEUE_CONSUMER_TOKENS: TOKEN,
    LOG_LEVEL: 'info',
    // A second one would share the two cores with the clients and Postgres, and groups would be smaller.
    GUNICORN_WORKERS: '1',
    PORT: '0',
  });
  const agent = new Agent({ connections: CLIENTS });
  // Eight connections, so that the peer commits as many tasks at a time as there are clients.
  const database = openDatabase(test.url, { applicationName: 'bench', maximumConnections: CLIENTS });
  try {
    const { port } = await server.waitForLine(({ msg }) => msg === 'listening');
    const overHttp = livesOverHttp(agent, `http://127.0.0.1:${port}${TASKS_PATH}`);
    const byStatements = livesByStatements(database, await ensureQueueId(database, QUEUE));
    const rows: Row[] = [];
    for (const count of [1, BATCH]) {
      const ours = await tasksPerSecond(overHttp, count);
      const peer = await tasksPerSecond(byStatements, count);
      rows.push({
        work: `insert, lease of ${count}, delete over HTTP, ${CLIENTS} clients, one server process`,
        measured: `${Math.round(ours)} tasks/s`,
        peer: `${Math.round(peer)} tasks/s (the statements without HTTP)`,
        ratio: `${(ours / peer).toFixed(2)} times as fast`,
        goal: '1,000 tasks/s',
      });
    }
    return rows;
  } finally {
    server.kill('SIGTERM');
    await Promise.all([server.ended, agent.close(), database.destroy()]);
    await test.drop();
  }
}

function livesOverHttp(agent: Agent, url: string): Lives {
  return async (count) => {
    const task = { queueName: QUEUE.queue, payloadBase64: PAYLOAD, tag: 'a' };
    for (let index = 0; index < count; index += 1) await call(agent, 'POST', url, task);
    const leased = await call(agent, 'POST', `${url}/lease?numTasks=${count}&leaseSecs=60`);
    const { items }: { items: { id: string }[] } = JSON.parse(leased);
    for (const { id } of items) await call(agent, 'DELETE', `${url}/${id}`);
  };
}

async function call(agent: Agent, method: 'POST' | 'DELETE', url: string, body?: object): Promise<string> {
  const response = await request(url, {
    method,
    dispatcher: agent,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.body.text();
  if (response.statusCode >= 300) throw new Error(`${method} ${url}: ${response.statusCode} ${text}`);
  return text;
}

function livesByStatements(database: ReturnType<typeof openDatabase>, queueId: string): Lives {
  return async (count) => {
    const task = { payloadBase64: PAYLOAD, tag: 'a', retryCount: 0 };
    for (let index = 0; index < count; index += 1) await insertTask(database, queueId, task);
    const leased = await leaseTasks(database, queueId, { count, leaseSeconds: 60 });
    for (const { id } of leased) await deleteTasks(database, [{ queueId, id }]);
  };
}

/** Has all clients take tasks through their lives for a time; each inserts as many as it leases. */
async function tasksPerSecond(lives: Lives, count: number): Promise<number> {
  const begun = performance.now();
  const elapsedSeconds = () => (performance.now() - begun) / 1_000;
  let done = 0;
  const client = async () => {
    while (elapsedSeconds() < WARM_UP_SECONDS + SECONDS) {
      await lives(count);
      if (elapsedSeconds() > WARM_UP_SECONDS) done += count;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return done / (elapsedSeconds() - WARM_UP_SECONDS);
}

async function benchLongQueue(): Promise<Row[]> {
  const work = `lease of 1,000 from ${WAITING.toLocaleString('en')} waiting, of ${TAGS.toLocaleString('en')} tags`;
  const seconds = await secondsOfLease(0);
  const secondsBehindLeased = await secondsOfLease(LEASED_IN_FRONT);
  return [
    { work, measured: milliseconds(seconds), goal: '< 100 ms' },
    {
      work: `${work}, ${LEASED_IN_FRONT.toLocaleString('en')} leased in front`,
      measured: milliseconds(secondsBehindLeased),
      peer: `${milliseconds(seconds)} (with none in front)`,
      ratio: `${(seconds / secondsBehindLeased).toFixed(2)} times as fast`,
      goal: 'no slower',
    },
  ];
}

/** The median of some leases of 1,000 tasks, the first of which is not counted. */
async function secondsOfLease(leased: number): Promise<number> {
  const test = await createTestDatabase();
  try {
    const queueId = await storeTasks(test.database, { leased, waiting: WAITING, tagCount: TAGS });
    const lease = () => leaseTasks(test.database, queueId, { count: 1_000, leaseSeconds: 3_600 });
    await lease();
    return await medianSecondsOf(LEASES, lease);
  } finally {
    await test.drop();
  }
}

function milliseconds(seconds: number): string {
  return `${(seconds * 1_000).toFixed(1)} ms`;
}
