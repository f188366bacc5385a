import React from 'react';
import { Link, useLocation, useNavigate } from 'react-router-dom';
import {
  Alert,
  adminPath,
  ConfirmButton,
  EmptyState,
  ExactTime,
  Facts,
  Icon,
  JsonView,
  Loaded,
  listPath,
  mayAct,
  Page,
  Panel,
  RelativeTime,
  recordPath,
  Said,
  StateBadge,
  spanInWords,
  useLive,
  useSaid,
} from '../../../app-kit/pages/index.ts';
import type { TaskList } from '../../queue/resources.ts';
import type { Described, GoneTask, TaskDetail, TaskState } from '../../queue/shapes.ts';
import { actOnTasks, queuePath } from './api.ts';
import { titleOfTask } from './described-task.tsx';
import { RunningFor, TaskProgress } from './running-parts.tsx';
import { TaskAttempts } from './task-attempts.tsx';
import {
  CANCEL,
  DELETE_FINISHED,
  DELETE_QUEUED,
  RESUBMIT,
  type TaskBulkAction,
} from './task-bulk-actions.ts';

const LISTS: Readonly<Record<TaskState, readonly [list: TaskList, title: string]>> = {
  queued: ['queued-tasks', 'Queued tasks'],
  delayed: ['queued-tasks', 'Queued tasks'],
  running: ['running-tasks', 'Running tasks'],
  succeeded: ['successful-tasks', 'Successful tasks'],
  failed: ['failed-tasks', 'Failed tasks'],
};

/** One task, wherever it stands; it moves on while one looks at it. */
export function TaskPage({ recordId }: { readonly recordId: string }) {
  const live = useLive<Described<TaskDetail> | GoneTask>(
    queuePath(`/tasks/${encodeURIComponent(recordId)}`),
    {
      everySeconds: 2,
    },
  );
  const { data } = live;
  if (data === undefined || data.state === 'gone') {
    return (
      <Page title="Task" above={[['Failed tasks', listPath('failed-tasks')]]}>
        <Loaded live={live}>{(task) => (task.state === 'gone' ? <Gone task={task} /> : null)}</Loaded>
      </Page>
    );
  }
  return <KnownTask task={data} fault={live.fault?.message} onChanged={live.refresh} />;
}

function Gone({ task }: { readonly task: GoneTask }) {
  return (
    <EmptyState
      title="This task no longer exists"
      text={
        task.resubmittedAs.length > 0
          ? 'It was resubmitted as another task:'
          : 'It was deleted or resubmitted, or it succeeded and newer successes took its place.'
      }
    >
      {task.resubmittedAs.map((id) => (
        <TaskLink key={id} id={id} />
      ))}
    </EmptyState>
  );
}

function KnownTask(props: {
  readonly task: Described<TaskDetail>;
  readonly fault: string | undefined;
  readonly onChanged: () => void;
}) {
  const { task, fault, onChanged } = props;
  const { state }: { state: { said?: unknown } | null } = useLocation();
  const said = useSaid(typeof state?.said === 'string' ? state.said : undefined);
  const [list, listTitle] = LISTS[task.state];
  return (
    <Page
      title={titleOfTask(task)}
      above={[[listTitle, listPath(list)]]}
      beside={<StateBadge state={task.cancelled && task.state === 'failed' ? 'cancelled' : task.state} />}
      lede={<Subject task={task} />}
      actions={
        <TaskActions
          task={task}
          list={list}
          onDone={(message) => {
            said.say(message);
            onChanged();
          }}
        />
      }
    >
      {fault !== undefined && <Alert tone="warn">{fault}</Alert>}
      <Said said={said.text} />
      <div className="ch-columns">
        <div>
          {task.running && <Running task={task} />}
          {task.error !== null && <Failure task={task} />}
          {task.state === 'succeeded' && (
            <Panel title="Result">
              <JsonView value={task.result} />
            </Panel>
          )}
          <Panel title="Arguments">
            {isEmpty(task.args) ? <p className="ch-none">None.</p> : <JsonView value={task.args} />}
            {task.secretsRemoved !== null && (
              <p className="ch-muted">
                Its secret arguments were removed <RelativeTime moment={task.secretsRemoved} />. It can no
                longer be resubmitted.
              </p>
            )}
          </Panel>
        </div>
        <div>
          <Panel title="Details">
            <Facts facts={factsOf(task)} />
          </Panel>
          <Belongings task={task} />
          {task.options !== null && (
            <Panel title="Options">
              <JsonView value={task.options} />
            </Panel>
          )}
        </div>
      </div>
      <TaskAttempts task={task} />
    </Page>
  );
}

/** What the task works on, with the way there; and its function. */
function Subject({ task: { name, func, description } }: { readonly task: Described<TaskDetail> }) {
  if (!description) return <>{func}</>;
  const { subtitle, path } = description;
  return (
    <>
      {subtitle !== undefined && (
        <>
          {subtitle}
          <br />
        </>
      )}
      {path !== undefined && (
        <>
          <Link className="ch-plain-link" to={adminPath(path)}>
            What it works on
          </Link>
          {' · '}
        </>
      )}
      {func} · {name}
    </>
  );
}

function factsOf(task: TaskDetail): (readonly [string, React.ReactNode])[] {
  return [
    [
      'Id',
      <span key="id" className="ch-id">
        {task.id}
      </span>,
    ],
    [
      'Queue',
      <Link
        key="queue"
        className="ch-plain-link"
        to={adminPath(`${listPath('queued-tasks')}?${new URLSearchParams({ queue: task.queue })}`)}
      >
        {task.queue}
      </Link>,
    ],
    ['Attempts', task.attempts],
    ['Enqueued', <ExactTime key="enqueued" moment={task.enqueued} />],
    [
      'Not before',
      task.startAfter !== null && task.state === 'delayed' ? (
        <RelativeTime key="not-before" moment={task.startAfter} isPlanned />
      ) : null,
    ],
    [
      task.state === 'succeeded' ? 'Ended' : 'Last failed',
      task.stopped === null ? null : <ExactTime key="stopped" moment={task.stopped} />,
    ],
    ['Waited', task.waitedSeconds === null ? null : spanInWords(task.waitedSeconds)],
    ['Ran', task.ranSeconds === null ? null : spanInWords(task.ranSeconds)],
    ['Hook', task.hook],
  ];
}

function Running({ task }: { readonly task: TaskDetail }) {
  const { running } = task;
  if (!running) return null;
  return (
    <Panel title="Running now">
      <TaskProgress task={running} />
      <div className="queue-running-facts">
        <Facts
          facts={[
            ['Running for', <RunningFor key="running-for" task={running} />],
            ['Attempt', running.attempt],
            ['Worker', running.workerPid === null ? 'not in a worker yet' : `process ${running.workerPid}`],
            [
              'Engine',
              <Link
                key="engine"
                className="ch-plain-link"
                to={adminPath(recordPath('engines', running.engineId))}
              >
                process {running.enginePid} on {running.host}
              </Link>,
            ],
          ]}
        />
      </div>
    </Panel>
  );
}

function Failure({ task }: { readonly task: TaskDetail }) {
  const goesOn = task.state === 'queued' || task.state === 'delayed' || task.state === 'running';
  return (
    <Panel title={goesOn ? 'The last attempt failed' : 'Error'} tone="bad">
      <p className="queue-error">{task.error}</p>
      {goesOn && task.startAfter !== null && (
        <p className="ch-muted">
          The next attempt may start <RelativeTime moment={task.startAfter} isPlanned />.
        </p>
      )}
      {task.stack !== null && (
        <details className="queue-stack" open={!goesOn}>
          <summary>Stack trace</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard. */}
          <pre className="ch-pre" tabIndex={0}>
            {task.stack}
          </pre>
        </details>
      )}
    </Panel>
  );
}

/** What the task belongs to: its group, a chain, an iteration, the task that it was sent back from. */
function Belongings({ task }: { readonly task: TaskDetail }) {
  const { group, chain, iteration, resubmittedFrom, resubmittedBy, resubmittedAs } = task;
  const isAlone =
    group === null &&
    chain.length === 0 &&
    !iteration &&
    resubmittedFrom === null &&
    resubmittedAs.length === 0;
  if (isAlone) return null;
  const ofGroup = new URLSearchParams({ group: group ?? '' });
  return (
    <Panel title="Belongs to">
      <Facts
        facts={[
          [
            'Group',
            group === null ? null : (
              <>
                {group}
                <br />
                <Link className="ch-plain-link" to={adminPath(`${listPath('successful-tasks')}?${ofGroup}`)}>
                  succeeded
                </Link>
                {', '}
                <Link className="ch-plain-link" to={adminPath(`${listPath('failed-tasks')}?${ofGroup}`)}>
                  failed
                </Link>
              </>
            ),
          ],
          ['Chain', chain.length === 0 ? null : `then ${chain.join(', then ')}`],
          [
            'Iteration',
            iteration && (
              <>
                part {iteration.number.toLocaleString()}
                {iteration.total !== null && ` of ${iteration.total.toLocaleString()}`}
                {iteration.remaining !== null && `, ${iteration.remaining.toLocaleString()} still to succeed`}
                <br />
                <TaskLink id={iteration.id} label="Its result" />
              </>
            ),
          ],
          [
            'Resubmitted from',
            resubmittedFrom === null ? null : (
              <>
                <TaskLink id={resubmittedFrom} />
                {resubmittedBy !== null && ` by ${resubmittedBy}`}
              </>
            ),
          ],
          [
            'Resubmitted as',
            resubmittedAs.length === 0
              ? null
              : resubmittedAs.map((id) => (
                  <React.Fragment key={id}>
                    <TaskLink id={id} />{' '}
                  </React.Fragment>
                )),
          ],
        ]}
      />
    </Panel>
  );
}

/** A task, wherever it stands now. */
function TaskLink({ id, label }: { readonly id: string; readonly label?: string }) {
  return (
    <Link
      className={label === undefined ? 'ch-link' : 'ch-plain-link'}
      to={adminPath(recordPath('successful-tasks', id))}
    >
      {label ?? id}
    </Link>
  );
}

function TaskActions(props: {
  readonly task: TaskDetail;
  readonly list: TaskList;
  readonly onDone: (message: string) => void;
}) {
  const { task, list, onDone } = props;
  const navigate = useNavigate();
  if (!mayAct()) return null;
  const { can, id, queue } = task;
  const resubmit = async () => {
    const { message, newIds } = await actOnTasks('failed-tasks', 'resubmit', [id], queue);
    const [newId] = newIds;
    onDone(message);
    if (newId === undefined) return;
    navigate(adminPath(recordPath('queued-tasks', newId)), {
      state: { said: `${message}. This is the new task, with the attempts of the failed one.` },
    });
  };
  const cancel = async () =>
    onDone(
      (await actOnTasks(list === 'running-tasks' ? list : 'queued-tasks', 'cancel', [id], queue)).message,
    );
  const isFinished = task.stopped !== null;
  const remove = async () => {
    if (list === 'queued-tasks') await actOnTasks('queued-tasks', 'delete', [id], queue);
    if (isFinished)
      await actOnTasks(
        task.state === 'succeeded' ? 'successful-tasks' : 'failed-tasks',
        'delete',
        [id],
        queue,
      );
    navigate(adminPath(listPath(list)));
  };
  return (
    <>
      {can.resubmit && <Asking action={RESUBMIT} onConfirm={resubmit} />}
      {can.cancel && task.running?.cancelledBy == null && <Asking action={CANCEL} onConfirm={cancel} />}
      {can.delete && <Asking action={isFinished ? DELETE_FINISHED : DELETE_QUEUED} onConfirm={remove} />}
    </>
  );
}

function Asking({
  action,
  onConfirm,
}: {
  readonly action: TaskBulkAction;
  readonly onConfirm: () => Promise<void>;
}) {
  return (
    <ConfirmButton
      label={action.label}
      icon={<Icon name={action.icon} />}
      tone={action.tone}
      title={`${action.label} this task?`}
      onConfirm={onConfirm}
    >
      <p>{action.meaning}</p>
    </ConfirmButton>
  );
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}
