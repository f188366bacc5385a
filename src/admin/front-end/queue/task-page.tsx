import React from 'react';
import { Link, useLocation } from 'react-router-dom';
import {
  Alert,
  adminPath,
  EmptyState,
  ExactTime,
  Facts,
  JsonView,
  Loaded,
  listPath,
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
import { queuePath } from './api.ts';
import { titleOfTask } from './described-task.tsx';
import { RunningFor, TaskProgress } from './running-parts.tsx';
import { TaskActions } from './task-actions.tsx';
import { TaskAttempts } from './task-attempts.tsx';
import { TaskBelongings } from './task-belongings.tsx';
import { TaskLink } from './task-link.tsx';

const LISTS: Readonly<Record<TaskState, readonly [list: TaskList, title: string]>> = {
  queued: ['queued-tasks', 'Queued tasks'],
  delayed: ['queued-tasks', 'Queued tasks'],
  running: ['running-tasks', 'Running tasks'],
  succeeded: ['successful-tasks', 'Successful tasks'],
  failed: ['failed-tasks', 'Failed tasks'],
};

/** One task in any state. The page follows it while it is open. */
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
          <TaskBelongings task={task} />
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

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}
