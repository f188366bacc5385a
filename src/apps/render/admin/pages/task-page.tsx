import React from 'react';
import { Link, useNavigate } from 'react-router-dom';
import {
  adminPath,
  ConfirmButton,
  DetailPage,
  ExactTime,
  Facts,
  JsonView,
  listPath,
  mayAct,
  Panel,
  recordPath,
  StateBadge,
  useLive,
} from '../../../../app-kit/pages/index.ts';
import type { TaskDetail } from '../shapes.ts';
import { act, tasksPath } from './api.ts';
import { OrderPage } from './order-page.tsx';
import { OrderProgress } from './order-progress.tsx';
import { TaskDocument } from './task-document.tsx';

/** One task: its payload, its lease, and the document of a result; under the id `new`, the form of an order. */
export function TaskPage({ recordId }: { readonly recordId: string }) {
  return recordId === 'new' ? <OrderPage /> : <KnownTaskPage id={recordId} />;
}

function KnownTaskPage({ id }: { readonly id: string }) {
  const live = useLive<TaskDetail>(`/api/apps/render/tasks/${id}`, { everySeconds: 2 });
  return (
    <DetailPage
      live={live}
      loadingTitle="Pull task"
      titleOf={titleOf}
      besideOf={({ lease, error }) => <StateBadge state={error === null ? lease : 'FAILED'} />}
      aboveOf={(task) => [
        ['Pull queues', listPath('pull-queues')],
        task ? [`${task.project}/${task.queue}`, listOf(task)] : ['Pull tasks', listPath('pull-tasks')],
      ]}
      actionsOf={(task, onDone) => mayAct() && <TaskActions task={task} onDone={onDone} />}
      gone={{
        title: 'No such task',
        text: 'A client has fetched and deleted it, or an operator has deleted it.',
      }}
    >
      {(task) => <TaskParts task={task} />}
    </DetailPage>
  );
}

function listOf({ queueId, project, queue }: TaskDetail): string {
  return tasksPath({ id: queueId, project, name: queue });
}

/** Results and orders go by what they are; other tasks by their ids. */
function titleOf({ name, payload }: TaskDetail): string {
  const { filename, resource_name: resourceName }: Record<string, unknown> = Object(payload);
  if (typeof filename === 'string') return filename;
  return typeof resourceName === 'string' ? resourceName : name;
}

function TaskParts({ task }: { readonly task: TaskDetail }) {
  return (
    <div className="ch-columns">
      <div>
        {task.isRendered && <OrderProgress task={task} />}
        {task.error !== null && (
          <Panel title="Why it was not rendered" tone="bad">
            <p className="render-error">{task.error}</p>
          </Panel>
        )}
        <TaskDocument task={task} />
        <Panel title="Payload">
          {task.payloadStart === null ? (
            <JsonView value={task.payload} />
          ) : (
            <pre className="ch-pre">{task.payloadStart}</pre>
          )}
        </Panel>
      </div>
      <Panel title="Task">
        <Facts facts={factsOf(task)} />
      </Panel>
    </div>
  );
}

function factsOf(task: TaskDetail): readonly (readonly [string, React.ReactNode])[] {
  return [
    ['Queue', `${task.project}/${task.queue}`],
    ['Tag', task.tag || null],
    ['Leases', task.retryCount.toLocaleString()],
    [
      task.lease === 'FREE' ? 'Free since' : 'Lease ends',
      <ExactTime key="lease" moment={task.leasedUntil} />,
    ],
    ['Inserted', <ExactTime key="created" moment={task.created} />],
    ['Size', `${task.payloadBytes.toLocaleString()} bytes of base64`],
    [
      'Rendered by',
      task.renderedBy && (
        <Link key="by" className="ch-link" to={adminPath(recordPath('running-tasks', task.renderedBy))}>
          {task.renderedBy.slice(0, 8)}
        </Link>
      ),
    ],
    [
      'Id',
      <span key="id" className="ch-id">
        {task.name}
      </span>,
    ],
  ];
}

function TaskActions({
  task,
  onDone,
}: {
  readonly task: TaskDetail;
  readonly onDone: (message: string) => void;
}) {
  const navigate = useNavigate();
  const release = async () => onDone(await act('release', [task.id]));
  const remove = async () => {
    await act('delete', [task.id]);
    navigate(adminPath(listOf(task)));
  };
  return (
    <>
      {task.lease !== 'FREE' && (
        <ConfirmButton label="Release" title="Release this task?" tone="primary" onConfirm={release}>
          <p>Its lease ends at once, so that others can lease it.</p>
        </ConfirmButton>
      )}
      <ConfirmButton label="Delete" title="Delete this task?" tone="danger" onConfirm={remove}>
        <p>{task.isRendered ? 'It is removed, and will not be rendered.' : 'It is removed for good.'}</p>
      </ConfirmButton>
    </>
  );
}
