import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import type { MemberStatus } from '../../src/apps/composite/members/member-status.ts';
import { makeSamplePdf } from '../../src/apps/composite/sandbox/sample/sample-pdf.ts';
import { processMember } from '../../src/apps/composite/tasks.ts';
import type { Database } from '../../src/platform/database/connection.ts';
import { newTaskId, taskNameOf } from '../../src/queue/tasks/task-identity.ts';
import { eventually } from '../support/eventually.ts';
import type { AdminInBrowser } from './admin-in-browser.ts';
import type { MemberAnswer, ServiceUnderTest } from './service.ts';

/** What stands where in the scene, for whoever looks at its pages. */
export interface Scene {
  readonly collectionId: string;
  readonly completedMemberId: string;
  readonly failedMemberId: string;
  readonly runningMemberId: string;
  readonly runningTaskId: string;
  readonly failedTaskId: string;
  readonly succeededTaskId: string;
  readonly scheduleId: string;
  readonly engineId: string;
  readonly batchId: string;
  readonly administratorId: string;
  /** Ends what keeps the scene's engines alive. */
  close(): void;
}

/** How often the engines of the scene are heard of. */
const HEARTBEAT_MILLISECONDS = 1_000;

const HOUR_MINUTES = 60;
const DAY_MINUTES = 24 * HOUR_MINUTES;

const QUEUE = 'composite';

/**
 * Fills the admin as it looks in the middle of a working day. A real engine takes some members from their PDFs to the
 * DLCS, or fails; then it ends, and everything else is written into the tables: engines on three hosts, tasks that run,
 * tasks that wait, the failures of a morning, schedules, a day of figures.
 */
export async function makeScene(admin: AdminInBrowser): Promise<Scene> {
  const { service } = admin;
  const { database } = service.database;
  const done = await processSome(service);
  const engineIds = await insertEngines(database);
  const running = await submitRunning(service, database, engineIds);
  await submitWaiting(service);
  const failedTaskId = await insertFailures(database);
  const succeededTaskId = await insertSuccesses(database);
  await insertFigures(database, engineIds);
  const scheduleId = await insertSchedules(database, succeededTaskId);
  const administratorId = await insertPeople(admin, database);
  const { id: batchId }: { id: string } = await database('composite.batches').first('id');
  await database.raw('ANALYZE');
  const heartbeat = setInterval(() => {
    database('queue.engines')
      .whereIn('id', engineIds)
      .update({ heartbeat: database.raw('clock_timestamp()') })
      .catch(() => undefined);
  }, HEARTBEAT_MILLISECONDS);
  return {
    ...done,
    ...running,
    failedTaskId,
    succeededTaskId,
    scheduleId,
    engineId: engineIds[0] ?? '',
    batchId,
    administratorId,
    close: () => clearInterval(heartbeat),
  };
}

const composite = (origin: string, compositeId: string) => ({
  '@type': 'vocab:Composite',
  id: `${compositeId}-{:03d}`,
  space: 2,
  origin,
  incrementSeed: 1,
  compositeId,
  originFormat: 'application/pdf',
  string1: 'Page {}',
  roles: ['https://example.org/roles/reader'],
});

const idOf = ({ id }: { readonly id: string }): string => id.split('/').at(-1) ?? '';

/** A collection that a real engine has been through: a member of it has failed. */
async function processSome(service: ServiceUnderTest) {
  const almanac = await makeSamplePdf();
  const { id, members } = await service.submit(5, [
    composite(service.serve('/almanacs/1888.pdf', almanac), 'almanac-1888'),
    composite(service.serve('/almanacs/1889.pdf', almanac), 'almanac-1889'),
    composite(service.originUrl('/almanacs/1890.pdf'), 'almanac-1890'),
  ]);
  const [first, second, missing] = members as [MemberAnswer, MemberAnswer, MemberAnswer];
  const engine = await service.startEngine({ PDF_RASTERIZER_DPI: '72', PDF_RASTERIZER_THREAD_COUNT: '2' });
  await Promise.all([
    service.waitForStatus(first.id, 'COMPLETED'),
    service.waitForStatus(second.id, 'COMPLETED'),
    service.waitForStatus(missing.id, 'ERROR'),
  ]);
  // The member is there before the row of its task.
  await eventually(async () => (await service.database.database('queue.tasks')).length === members.length);
  engine.kill('SIGTERM');
  await engine.ended;
  return {
    collectionId: idOf({ id }),
    completedMemberId: idOf(first),
    failedMemberId: idOf(missing),
  };
}

async function insertEngines(database: Database): Promise<string[]> {
  await database('queue.leases').delete();
  await database('queue.engines').delete();
  const minutes = (count: number) => database.raw(`clock_timestamp() - ? * interval '1 minute'`, [count]);
  const engines = ['handler-1', 'handler-2', 'handler-3'].map((host, index) => ({
    id: randomUUID(),
    queue: QUEUE,
    host,
    pid: 41 + index,
    state: index === 2 ? 'idle' : 'working',
    worker_count: 2,
    reincarnations: index,
    started: minutes(DAY_MINUTES * 3 - index * 95),
    heartbeat: minutes(0),
    processes: JSON.stringify([
      { role: 'sentinel', pid: 41 + index, residentBytes: 96_000_000 + index * 3_100_000, tasks: 0 },
      { role: 'worker', pid: 61 + index, residentBytes: 412_000_000 - index * 61_000_000, tasks: 118 },
      { role: 'worker', pid: 81 + index, residentBytes: 371_000_000 - index * 55_000_000, tasks: 97 },
    ]),
  }));
  await database('queue.engines').insert(engines);
  return engines.map(({ id }) => id);
}

/** The first of them goes where pages are that a real engine has stored. */
const RUNNING: readonly {
  readonly compositeId: string;
  readonly status: MemberStatus;
  readonly done: number;
  readonly total: number | null;
  readonly minutes: number;
}[] = [
  { compositeId: 'almanac-1889', status: 'RASTERIZING', done: 7, total: 11, minutes: 6.2 },
  { compositeId: 'letters-volume-3', status: 'PUSHING_TO_DLCS', done: 96, total: 120, minutes: 2.4 },
  { compositeId: 'herbarium', status: 'FETCHING_ORIGIN', done: 0, total: null, minutes: 0.2 },
];

/** Members that engines have in hand, as far as the tables tell. */
async function submitRunning(service: ServiceUnderTest, database: Database, engineIds: readonly string[]) {
  const { members } = await service.submit(
    5,
    RUNNING.map(({ compositeId }) =>
      composite(`https://repository.example.org/books/${compositeId}.pdf`, compositeId),
    ),
  );
  const taskIds: string[] = [];
  for (const [index, { status, done, total, minutes }] of RUNNING.entries()) {
    const ago = database.raw(`clock_timestamp() - ? * interval '1 minute'`, [minutes]);
    const memberId = idOf(members[index] ?? { id: '' });
    const [{ task_id: taskId } = { task_id: '' }] = await database('composite.members')
      .where({ id: memberId })
      .update({ status, pages_total: total, last_updated: ago })
      .returning<{ task_id: string }[]>('task_id');
    taskIds.push(taskId);
    const submitted = database.raw(`clock_timestamp() - ? * interval '1 minute'`, [minutes + 1]);
    await database('composite.members').where({ id: memberId }).update({ created: submitted });
    await database('composite.member_events').insert({
      member_id: memberId,
      happened: ago,
      status: 'FETCHING_ORIGIN',
      task_id: taskId,
    });
    const [job] = await database('pgboss.job').where({ id: taskId }).delete().returning('data');
    await database('queue.leases').insert({
      task_id: taskId,
      engine_id: engineIds[index % 2],
      attempt: 1,
      queue: QUEUE,
      carried: job?.data,
      taken: ago,
      started: ago,
      worker_pid: 61 + index,
      progress: total === null ? null : JSON.stringify({ done, total, note: 'pages' }),
    });
  }
  return { runningMemberId: idOf(members[0] ?? { id: '' }), runningTaskId: taskIds[0] ?? '' };
}

async function submitWaiting(service: ServiceUnderTest): Promise<void> {
  const books = (name: string, count: number) =>
    Array.from({ length: count }, (_, index) =>
      composite(`https://repository.example.org/${name}/${index + 1}.pdf`, `${name}-${index + 1}`),
    );
  await service.submit(12, books('gazette', 9));
  await service.submit(31, books('proceedings', 5));
}

/** What went wrong this morning, how often, and for how long it has. */
const FAULTS: readonly {
  readonly error: (index: number) => string;
  readonly count: number;
  readonly everyMinutes: number;
}[] = [
  {
    error: (index) => `The origin answered 404 for https://repository.example.org/maps/${9_000 + index}.pdf`,
    count: 11,
    everyMinutes: 3,
  },
  {
    error: () =>
      'The DLCS answered 500 to POST https://api.dlcs.example/customers/12/queue: {"title":"An error occurred"}',
    count: 4,
    everyMinutes: 11,
  },
  {
    error: (index) =>
      `The PDF cannot be read: it needs a password (https://archive.example.net/${index}.pdf)`,
    count: 2,
    everyMinutes: 70,
  },
];

const STACK_LINES = [
  'at fetchOrigin (src/apps/composite/origin/fetch-origin.ts:71:13)',
  'at async processMemberTask (src/apps/composite/processing/process-member.ts:58:5)',
  'at async runTask (src/queue/run-task.ts:44:20)',
];

async function insertFailures(database: Database): Promise<string> {
  const rows = FAULTS.flatMap(({ error, count, everyMinutes }) =>
    Array.from({ length: count }, (_, index) => {
      const message = error(index);
      return {
        ...taskRow(database, 1 + index * everyMinutes, 0.2),
        success: false,
        attempt_count: 1 + (index % 3),
        result: JSON.stringify({
          error: message,
          stack: [`OriginError: ${message}`, ...STACK_LINES].join('\n    '),
        }),
      };
    }),
  );
  await database('queue.tasks').insert(rows);
  const [first] = rows;
  if (first) await insertAttempts(database, first.id, FAULTS[0]?.error(0) ?? '');
  return first?.id ?? '';
}

/** A task whose worker died, and which failed then; that was resubmitted, and failed again. */
async function insertAttempts(database: Database, taskId: string, error: string): Promise<void> {
  const failedBefore = newTaskId();
  const ago = (minutes: number) => database.raw(`clock_timestamp() - ? * interval '1 minute'`, [minutes]);
  const worker = { host: 'worker-2', worker_pid: 4_117 };
  const before = { ...worker, task_id: taskId, made_as: failedBefore };
  await database('queue.failed_attempts').insert([
    {
      ...before,
      number: 1,
      began: ago(64),
      ended: ago(63.6),
      waited_seconds: 3.1,
      ran_seconds: 21.4,
      outcome: 'worker died',
      error: 'The worker process died (SIGKILL)',
    },
    {
      ...before,
      worker_pid: 4_122,
      number: 2,
      began: ago(63.5),
      ended: ago(63.4),
      waited_seconds: 0.04,
      ran_seconds: 2.6,
      outcome: 'failed',
      error,
    },
    {
      ...worker,
      task_id: taskId,
      made_as: taskId,
      number: 1,
      began: ago(1.05),
      ended: ago(1),
      waited_seconds: 9.4,
      ran_seconds: 2.6,
      outcome: 'failed',
      error,
      sent_by: 'grace',
    },
  ]);
}

async function insertSuccesses(database: Database): Promise<string> {
  const rows = Array.from({ length: 14 }, (_, index) => ({
    ...taskRow(database, 1 + index * 2, 0.3 + (index % 7) * 0.4),
    success: true,
    attempt_count: 1,
    result: JSON.stringify([
      {
        '@id': `https://api.dlcs.example/customers/12/queue/batches/${570_000 + index}`,
        '@type': 'vocab:Batch',
        count: 24 + index,
        completed: 0,
        errors: 0,
      },
    ]),
  }));
  await database('queue.tasks').insert(rows);
  return rows[0]?.id ?? '';
}

function taskRow(database: Database, minutesAgo: number, minutesLong: number) {
  const id = newTaskId();
  const ago = (minutes: number) => database.raw(`clock_timestamp() - ? * interval '1 minute'`, [minutes]);
  return {
    id,
    name: taskNameOf(id),
    func: processMember.name,
    args: JSON.stringify({ memberId: randomUUID(), authorization: { $sealed: 'AAAA' } }),
    cluster: QUEUE,
    started: ago(minutesAgo + minutesLong),
    stopped: ago(minutesAgo),
    // It began after a fifth of this time.
    host: 'worker-1',
    worker_pid: 2_291,
    taken: ago(minutesAgo + minutesLong * 0.8),
    began: ago(minutesAgo + minutesLong * 0.8),
    waited_seconds: minutesLong * 60 * 0.2,
    ran_seconds: minutesLong * 60 * 0.8,
  };
}

/** A day of work with a quiet night, and a queue that grew in the morning. */
async function insertFigures(database: Database, engineIds: readonly string[]): Promise<void> {
  // The real engine has counted, too.
  await database('queue.task_counts').delete();
  await database('queue.queue_depths').delete();
  await database.raw(
    `INSERT INTO queue.task_counts (queue, minute, engine_id, successes, failures)
     SELECT :queue, date_trunc('minute', now()) - n * interval '1 minute', :engineId,
       greatest(0, round(9 + 8 * sin(n / 229.0) + 3 * sin(n / 7.0) + 2 * sin(n / 2.3)))::integer,
       CASE WHEN n % 11 = 3 THEN 2 WHEN n % 5 = 1 THEN 1 ELSE 0 END
     FROM generate_series(0, :minutes) AS n ON CONFLICT DO NOTHING`,
    { queue: QUEUE, engineId: engineIds[0] ?? '', minutes: DAY_MINUTES },
  );
  await database.raw(
    `INSERT INTO queue.queue_depths (minute, queue, waiting)
     SELECT date_trunc('minute', now()) - n * interval '1 minute', :queue,
       greatest(0, round(40 + 22 * sin(n / 17.0) + 60 * sin(n / 251.0)))::integer
     FROM generate_series(1, :minutes) AS n ON CONFLICT DO NOTHING`,
    { queue: QUEUE, minutes: DAY_MINUTES },
  );
}

async function insertSchedules(database: Database, lastTaskId: string): Promise<string> {
  const soon = (minutes: number) =>
    database.raw(`date_trunc('hour', now()) + ? * interval '1 minute'`, [minutes]);
  const common = {
    cluster: QUEUE,
    func: processMember.name,
    args: JSON.stringify({ memberId: randomUUID(), authorization: { $sealed: 'AAAA' } }),
    time_zone: 'Europe/London',
    repeats: -1,
    task_options: JSON.stringify({}),
  };
  const rows = [
    {
      ...common,
      id: randomUUID(),
      name: 'refresh the catalogue of maps',
      schedule_type: 'cron',
      cron: '30 2 * * 1-5',
      first_run: soon(90),
      next_run: soon(90),
      last_run: soon(-1_350),
      last_task_id: lastTaskId,
    },
    {
      ...common,
      id: randomUUID(),
      name: 'try the newspapers again',
      schedule_type: 'minutes',
      minutes: 20,
      first_run: soon(80),
      next_run: soon(80),
      repeats: 6,
    },
    {
      ...common,
      id: randomUUID(),
      name: 'quarterly sample',
      schedule_type: 'quarterly',
      first_run: soon(9_000),
      next_run: soon(9_000),
      paused: true,
    },
  ];
  for (const row of rows) await database('queue.schedules').insert(row);
  return rows[0]?.id ?? '';
}

async function insertPeople(admin: AdminInBrowser, database: Database): Promise<string> {
  await admin.createAdministrator('grace', 'operator');
  await admin.createAdministrator('katherine', 'viewer');
  const entries: readonly (readonly [string, string, string | null, string, string | null, number])[] = [
    ['ada', 'create', 'administrators', 'done', 'katherine: viewer', 1],
    ['grace', 'resubmit', 'failed-tasks', 'done', null, 12],
    ['grace', 'cancel', 'running-tasks', 'done', null, 1],
    ['katherine', 'purge', 'queues', 'refused', 'needs the role operator, has viewer', 1],
    ['grace', 'pause', 'queues', 'done', null, 1],
    ['grace', 'resume', 'queues', 'done', null, 1],
  ];
  const { id }: { id: string } = await database('admin.administrators')
    .where({ username: 'katherine' })
    .first('id');
  await database('admin.audit_log').insert(
    entries.map(([username, action, resource, outcome, detail, count], index) => ({
      happened: database.raw(`clock_timestamp() - ? * interval '1 minute'`, [(entries.length - index) * 17]),
      username,
      address: '192.0.2.14',
      action,
      resource,
      outcome,
      detail,
      record_ids: resource === 'queues' ? [QUEUE] : [resource === 'administrators' ? id : randomUUID()],
      record_count: count,
    })),
  );
  return id;
}

/** Every page of the admin, by a name for a file; the paths are below the admin's root. */
export function pagesOf(scene: Scene): readonly (readonly [name: string, path: string])[] {
  return [
    ['dashboard', ''],
    ['collections', '/resources/collections'],
    ['collection', `/resources/collections/records/${scene.collectionId}/show`],
    ['members', '/resources/members'],
    ['member', `/resources/members/records/${scene.completedMemberId}/show`],
    ['member-failed', `/resources/members/records/${scene.failedMemberId}/show`],
    ['member-running', `/resources/members/records/${scene.runningMemberId}/show`],
    ['batches', '/resources/batches'],
    ['running-tasks', '/resources/running-tasks'],
    ['queued-tasks', '/resources/queued-tasks'],
    ['failed-tasks', '/resources/failed-tasks'],
    ['failed-task', `/resources/failed-tasks/records/${scene.failedTaskId}/show`],
    ['successful-tasks', '/resources/successful-tasks'],
    ['successful-task', `/resources/successful-tasks/records/${scene.succeededTaskId}/show`],
    ['running-task', `/resources/running-tasks/records/${scene.runningTaskId}/show`],
    ['schedules', '/resources/schedules'],
    ['schedule', `/resources/schedules/records/${scene.scheduleId}/show`],
    ['schedule-new', '/resources/schedules/records/new/show'],
    ['queues', '/resources/queues'],
    ['engines', '/resources/engines'],
    ['engine', `/resources/engines/records/${scene.engineId}/show`],
    ['batch', `/resources/batches/records/${scene.batchId}/show`],
    ['administrators', '/resources/administrators'],
    ['administrator', `/resources/administrators/records/${scene.administratorId}/show`],
    ['administrator-new', '/resources/administrators/records/new/show'],
    ['audit-log', '/resources/audit-log'],
    ['search', '/pages/search?q=almanac'],
    ['account', '/account'],
  ];
}

/** Loads a page, and waits until it shows what it was asked for. */
export async function showPage(page: Page, address: string): Promise<void> {
  await page.goto(address);
  // Asked from outside: a page's policy lets it evaluate no text again and again.
  await eventually(() => page.evaluate<boolean>(IS_SHOWN));
}

/** In the page: whether its title stands there, and everything that it read. */
const IS_SHOWN = `
  document.querySelector('h1') !== null &&
  ![...document.querySelectorAll('.ch-empty')].some(({ textContent }) => textContent === 'Loading…') &&
  [...document.images].every(({ complete, loading }) => complete || loading === 'lazy') &&
  document.fonts.status === 'loaded'`;
