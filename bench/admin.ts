import { createAdministrator } from '../src/admin/administrators.ts';
import type { Database } from '../src/platform/database/connection.ts';
import { AdminClient } from '../test/admin/admin-client.ts';
import { ServiceUnderTest } from '../test/e2e/service.ts';
import { median, secondsOf } from './figures.ts';
import { openObserverOf } from './queue/postgres-observer.ts';
import { copyWaitingPackage } from './queue/queue-tables.ts';
import type { Row } from './report.ts';

const TASKS = 1_000_000;
const MEMBERS = 100_000;
const MEMBERS_OF_A_COLLECTION = 50;

/** Every how manyth task has failed. */
const FAILURE_EVERY = 40;

/** Tasks that wait. */
const WAITING = 100_000;

const ROUNDS = 5;
const GOAL_SECONDS = 0.3;

const ADMINISTRATOR = {
  username: 'bench',
  email: '',
  password: 'difference engine',
  role: 'superuser',
} as const;

/**
 * Every page of the admin, and everything that the pages read, beside a million tasks and a hundred thousand members. What is counted
 * before an action on everything that matches is no page: it may take two seconds, and says so.
 */
export async function benchAdmin(): Promise<Row[]> {
  const service = await ServiceUnderTest.start({ GUNICORN_WORKERS: '1' });
  try {
    const { database } = service.database;
    await fill(database);
    await fillQueue(service);
    await database.raw('VACUUM ANALYZE');
    await createAdministrator(database, ADMINISTRATOR);
    const client = new AdminClient({ url: `${service.url}/admin` });
    await client.login(ADMINISTRATOR.username, ADMINISTRATOR.password);
    const rows: Row[] = [];
    for (const [work, path] of await requests(database)) rows.push(await measure(client, work, path));
    return rows;
  } finally {
    await service.stop();
  }
}

async function measure(client: AdminClient, work: string, path: string): Promise<Row> {
  const times: number[] = [];
  let bytes = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const seconds = await secondsOf(async () => {
      const response = await client.get(path, { accept: 'application/json, text/html' });
      if (response.status !== 200)
        throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
      bytes = (await response.text()).length;
    });
    times.push(seconds);
  }
  // The first answer opens connections, and fills what is kept for some seconds.
  const [first = 0, ...others] = times;
  const milliseconds = (seconds: number) => `${Math.round(seconds * 1_000)} ms`;
  return {
    work: `${work} (${Math.ceil(bytes / 1_000)} kB)`,
    measured: `${milliseconds(median(others))}, first ${milliseconds(first)}`,
    goal: `< ${milliseconds(GOAL_SECONDS)}${median(others) < GOAL_SECONDS ? '' : ' MISSED'}`,
  };
}

/** What is asked for, by a name for the table; the paths are below the admin's root. */
async function requests(database: Database): Promise<(readonly [string, string])[]> {
  const idOf = async (table: string, where: object = {}): Promise<string> => {
    const row: { id: string } | undefined = await database(table).where(where).first('id');
    return row?.id ?? '';
  };
  const app = '/api/apps/composite';
  const queue = '/api/queue';
  const tasks = `${queue}/tasks`;
  const [collection, member, failure, success] = await Promise.all([
    idOf('composite.collections'),
    idOf('composite.members', { status: 'ERROR' }),
    idOf('queue.tasks', { success: false }),
    idOf('queue.tasks', { success: true }),
  ]);
  return [
    ['any page, before it reads', ''],
    ['dashboard', '/api/dashboard'],
    ['dashboard, last day', '/api/dashboard/history?span=day'],
    ['collections', `${app}/collections`],
    ['collections of a customer', `${app}/collections?customer=7`],
    ['collection', `${app}/collections/${collection}`],
    ['members of a collection', `${app}/collections/${collection}/members`],
    ['members', `${app}/members`],
    ['members, failed', `${app}/members?status=ERROR`],
    ['members of a customer', `${app}/members?customer=7`],
    ['members of a customer, failed', `${app}/members?customer=7&status=ERROR`],
    ['members, a rare word', `${app}/members?search=book-77777`],
    ['members, a frequent word', `${app}/members?search=repository`],
    ['members, words of an error', `${app}/members?search=answered+404`],
    ['members, no match', `${app}/members?search=nosuchword`],
    ['member', `${app}/members/${member}`],
    ['search, a rare word', '/api/search?q=book-77777'],
    ['search, a frequent word', '/api/search?q=repository'],
    ['search, the beginning of an id', `/api/search?q=${failure.slice(0, 8)}`],
    ['search, the name of a task', '/api/search?q=task-77777'],
    ['batches', '/api/tables/batches'],
    ['failed tasks', `${tasks}/failed-tasks`],
    ['failed tasks, part of an error', `${tasks}/failed-tasks?error=answered+404`],
    ['failed tasks, an error that none has', `${tasks}/failed-tasks?error=nosuchword`],
    ['failed tasks of a function', `${tasks}/failed-tasks?func=composite.process_member`],
    ['failed tasks of a group', `${tasks}/failed-tasks?group=group-77`],
    ['failed tasks, those cancelled', `${tasks}/failed-tasks?cancelled=yes`],
    ['successful tasks', `${tasks}/successful-tasks`],
    ['successful tasks of a function', `${tasks}/successful-tasks?func=composite.process_member`],
    ['successful tasks of a function that is not', `${tasks}/successful-tasks?func=nosuch`],
    ['successful tasks of a group', `${tasks}/successful-tasks?group=group-77`],
    ['successful tasks by name', `${tasks}/successful-tasks?name=task-77777`],
    ['queued tasks', `${tasks}/queued-tasks`],
    ['queued tasks of a function', `${tasks}/queued-tasks?func=composite.process_member`],
    ['queued tasks of a function that is not', `${tasks}/queued-tasks?func=nosuch`],
    ['running tasks', `${tasks}/running-tasks`],
    ['failed task', `${tasks}/${failure}`],
    ['successful task', `${tasks}/${success}`],
    ['queues', `${queue}/queues`],
    ['schedules', `${queue}/schedules`],
    ['engines', `${queue}/engines`],
    ['administrators', '/api/people/administrators'],
    ['audit log', '/api/people/audit-log'],
  ];
}

/** Fills the tables as a busy year would, newest last. */
async function fill(database: Database): Promise<void> {
  // Postgres need not wait for the disk while it is filled.
  await database.raw('SET synchronous_commit TO off');
  await database.raw(
    `INSERT INTO queue.tasks (id, name, func, args, result, "group", cluster, started, stopped, success, attempt_count, cancelled)
     SELECT gen_random_uuid(), 'task-' || n, CASE WHEN n % 10 = 0 THEN 'another.function' ELSE 'composite.process_member' END,
       jsonb_build_object('memberId', gen_random_uuid()),
       CASE WHEN n % :every = 0
         THEN jsonb_build_object('error', CASE WHEN n % 3 = 0
           THEN 'The origin answered 404 for https://repository.example.org/' || n || '.pdf'
           ELSE 'The DLCS answered 500 to POST https://api.dlcs.example/customers/' || n % 50 || '/queue' END,
           'stack', repeat('    at some.function (file.ts:1:1)' || chr(10), 8))
         ELSE '[{"@id": "https://api.dlcs.example/customers/5/queue/batches/1"}]' END,
       CASE WHEN n % 4 = 0 THEN 'group-' || n % 2000 END, 'composite',
       now() - (:tasks - n) * interval '30 seconds' - interval '20 seconds', now() - (:tasks - n) * interval '30 seconds',
       n % :every <> 0, 1, n % (:every * 50) = 0
     FROM generate_series(1, :tasks) AS n`,
    { tasks: TASKS, every: FAILURE_EVERY },
  );
  await database.raw(
    `INSERT INTO composite.collections (id, customer, created)
     SELECT md5('collection ' || n)::uuid, n % 50, now() - (:collections - n) * interval '5 minutes'
     FROM generate_series(1, :collections) AS n`,
    { collections: MEMBERS / MEMBERS_OF_A_COLLECTION },
  );
  await database.raw(
    `INSERT INTO composite.members (id, collection_id, position, composite, status, error, pages_done, pages_total, task_id, created,
       last_updated)
     SELECT md5('member ' || n)::uuid, md5('collection ' || (n - 1) / :each + 1)::uuid, (n - 1) % :each,
       jsonb_build_object('id', 'book-' || n || '-{:03d}', 'space', 1, 'incrementSeed', 1, 'compositeId', 'book-' || n,
         'origin', 'https://repository.example.org/books/' || n || '.pdf'),
       CASE WHEN n % 40 = 0 THEN 'ERROR' ELSE 'COMPLETED' END,
       CASE WHEN n % 40 = 0 THEN 'The origin answered 404 for https://repository.example.org/books/' || n || '.pdf' END,
       100, 100, gen_random_uuid(), now() - (:members - n) * interval '6 seconds',
       now() - (:members - n) * interval '6 seconds'
     FROM generate_series(1, :members) AS n`,
    { members: MEMBERS, each: MEMBERS_OF_A_COLLECTION },
  );
  await database.raw(
    `INSERT INTO composite.batches (id, member_id, position, request, created)
     SELECT gen_random_uuid(), id, 0, jsonb_build_object('member', '[]'::jsonb), created FROM composite.members`,
  );
  await database.raw(
    `INSERT INTO composite.member_events (member_id, happened, status)
     SELECT id, created + n * interval '1 second', status FROM composite.members CROSS JOIN generate_series(1, 5) AS n`,
  );
  await database.raw(
    `INSERT INTO queue.task_counts (queue, minute, engine_id, successes, failures)
     SELECT 'composite', date_trunc('minute', now()) - n * interval '1 minute', engine, 7, 1
     FROM generate_series(0, 1500) AS n CROSS JOIN (SELECT gen_random_uuid() AS engine FROM generate_series(1, 10)) AS engines`,
  );
  await database.raw(
    `INSERT INTO admin.audit_log (happened, username, address, action, resource, record_count, outcome)
     SELECT now() - n * interval '1 minute', 'bench', '192.0.2.1', 'resubmit', 'failed-tasks', 1, 'done'
     FROM generate_series(1, 100000) AS n`,
  );
}

/** Enqueues one task as callers do, and copies it. */
async function fillQueue(service: ServiceUnderTest): Promise<void> {
  const origin = 'https://repository.example.org/waiting.pdf';
  await service.submit(7, [
    { '@type': 'vocab:Composite', id: 'page-{}', space: 1, origin, incrementSeed: 1 },
  ]);
  const observer = await openObserverOf(service.database);
  await copyWaitingPackage(observer, { count: WAITING });
  await observer.close();
}
