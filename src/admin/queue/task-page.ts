import type { AppContext } from '../../app-kit/app-context.ts';
import type { Database } from '../../platform/database/connection.ts';
import { isoTimestamp } from '../../platform/database/timestamps.ts';
import {
  attemptsOf,
  findQueuedTask,
  type PackedOptions,
  runningTasks,
  type TaskOfQueue,
} from '../../queue/index.ts';
import { withoutSecrets } from '../stored-json.ts';
import { runningRow } from './running-list.ts';
import type { GoneTask, RunningTaskRow, TaskDetail, TaskState } from './shapes.ts';

/** Tasks that one was sent back as which its page names. */
const SHOWN_RESUBMISSIONS = 20;

/** Attempts that its page shows. */
const SHOWN_ATTEMPTS = 100;

/** A row of `queue.tasks`. */
interface FinishedRow {
  readonly id: string;
  readonly name: string;
  readonly func: string;
  readonly group: string | null;
  readonly queue: string;
  readonly hook: string | null;
  readonly args: unknown;
  readonly result: unknown;
  readonly success: boolean;
  readonly cancelled: boolean;
  readonly attempts: number;
  readonly enqueued: string;
  readonly stopped: string;
  readonly waitedSeconds: number | null;
  readonly ranSeconds: number | null;
  readonly options: PackedOptions;
  readonly resubmittedFrom: string | null;
  readonly secretsRemoved: string | null;
}

/** What the page of a task shows, in any state; of one that is gone, what it was resubmitted as. */
export async function readTaskPage(
  { platform: { database } }: Pick<AppContext, 'platform'>,
  id: string,
): Promise<TaskDetail | GoneTask> {
  const [finished, queued, [held], resubmittedAs, history] = await Promise.all([
    readFinished(database, id),
    findQueuedTask(database, id),
    runningTasks(database, { ids: [id], limit: 1 }),
    readResubmissions(database, id),
    attemptsOf(database, id, SHOWN_ATTEMPTS),
  ]);
  const running = held ? runningRow(held) : undefined;
  const known = finished ?? queued ?? running;
  if (!known) return { state: 'gone', resubmittedAs };
  const options = finished?.options ?? queued?.options ?? {};
  const state = stateOf(finished, queued, running);
  const failure = finished && !finished.success ? failureOf(finished.result) : undefined;
  return {
    id,
    name: known.name,
    func: known.func,
    group: known.group,
    queue: known.queue,
    state,
    hook: finished?.hook ?? options.hook ?? null,
    attempts: Math.max(finished?.attempts ?? 0, queued?.attempts ?? 0, running?.attempt ?? 0),
    enqueued: finished?.enqueued ?? queued?.created ?? running?.taken ?? '',
    stopped: finished?.stopped ?? null,
    waitedSeconds: finished?.waitedSeconds ?? null,
    ranSeconds: finished?.ranSeconds ?? null,
    history,
    startAfter: queued && state !== 'running' ? queued.startAfter : null,
    cancelled: finished?.cancelled ?? false,
    args: withoutSecrets(finished?.args ?? queued?.args ?? null),
    result: finished?.success ? withoutSecrets(finished.result) : null,
    error: failure?.error ?? null,
    stack: failure?.stack ?? null,
    secretsRemoved: finished?.secretsRemoved ?? null,
    options: otherOptions(options),
    running: running ?? null,
    resubmittedFrom: finished?.resubmittedFrom ?? options.resubmittedFrom ?? null,
    resubmittedBy: options.resubmittedBy ?? null,
    resubmittedAs,
    chain: (options.chain ?? []).map(({ func }) => func),
    iteration: await readIteration(database, options),
    can: {
      resubmit: finished?.success === false && finished.secretsRemoved === null && state !== 'running',
      cancel: running !== undefined || queued !== undefined,
      delete: state !== 'running',
    },
  };
}

async function readFinished(database: Database, id: string): Promise<FinishedRow | undefined> {
  return database('queue.tasks')
    .where({ id })
    .select<FinishedRow[]>(
      'id',
      'name',
      'func',
      'group',
      'cluster AS queue',
      'hook',
      'args',
      'result',
      'success',
      'cancelled',
      'attempt_count AS attempts',
      'waited_seconds AS waitedSeconds',
      'ran_seconds AS ranSeconds',
      'options',
      'resubmitted_from AS resubmittedFrom',
      isoTimestamp(database, 'started', 'enqueued'),
      isoTimestamp(database, 'stopped', 'stopped'),
      isoTimestamp(database, 'secrets_removed', 'secretsRemoved'),
    )
    .first();
}

async function readResubmissions(database: Database, id: string): Promise<string[]> {
  const rows: { id: string }[] = await database('queue.tasks')
    .where({ resubmitted_from: id })
    .orderBy('stopped', 'desc')
    .limit(SHOWN_RESUBMISSIONS)
    .select('id');
  return rows.map((row) => row.id);
}

async function readIteration(
  database: Database,
  { iteration }: PackedOptions,
): Promise<TaskDetail['iteration']> {
  if (!iteration) return null;
  const open: { total: number; remaining: number } | undefined = await database('queue.iterations')
    .where({ id: iteration.id })
    .first('total', 'remaining');
  return {
    id: iteration.id,
    number: iteration.index + 1,
    total: open?.total ?? null,
    remaining: open?.remaining ?? null,
  };
}

function stateOf(
  finished: FinishedRow | undefined,
  queued: TaskOfQueue | undefined,
  running: RunningTaskRow | undefined,
): TaskState {
  if (running) return 'running';
  if (queued) return queued.state;
  return finished?.success ? 'succeeded' : 'failed';
}

function failureOf(result: unknown): { readonly error: string; readonly stack: string | null } {
  const { error, stack }: { error?: unknown; stack?: unknown } = Object(result);
  return {
    error: typeof error === 'string' ? error : 'The error is unknown.',
    stack: typeof stack === 'string' ? stack : null,
  };
}

/** What has no place of its own on the page. Links that follow hold arguments of other tasks. */
function otherOptions({
  hook: _hook,
  chain: _chain,
  iteration: _iteration,
  resubmittedFrom: _resubmittedFrom,
  secretSubject: _secretSubject,
  resubmittedBy: _resubmittedBy,
  ...others
}: PackedOptions): object | null {
  return Object.keys(others).length > 0 ? others : null;
}
