import React from 'react';
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
  StateBadge,
  useLive,
} from '../../../../app-kit/pages/index.ts';
import type { TaskDetail } from '../shapes.ts';
import { act } from './api.ts';

/** One task: its payload, its lease, and the document of a result. */
export function TaskPage({ recordId }: { readonly recordId: string }) {
  const live = useLive<TaskDetail>(`/api/apps/render/tasks/${recordId}`);
  return (
    <DetailPage
      live={live}
      loadingTitle="Pull task"
      titleOf={({ name }) => name}
      besideOf={({ lease }) => <StateBadge state={lease} />}
      aboveOf={(task) => [
        ['Pull queues', listPath('pull-queues')],
        ['Pull tasks', `${listPath('pull-tasks')}${task ? `?queue=${task.queueId}` : ''}`],
      ]}
      actionsOf={(task, onDone) => mayAct() && <TaskActions task={task} onDone={onDone} />}
      gone={{ title: 'No such task', text: 'It was deleted, or has been replaced by its result.' }}
    >
      {(task) => (
        <>
          <Panel title="Task">
            <Facts facts={factsOf(task)} />
          </Panel>
          <Document task={task} />
          <Panel title="Payload">
            {task.payloadStart === null ? (
              <JsonView value={task.payload} />
            ) : (
              <pre className="ch-pre">{task.payloadStart}</pre>
            )}
          </Panel>
        </>
      )}
    </DetailPage>
  );
}

function factsOf(task: TaskDetail): readonly (readonly [string, React.ReactNode])[] {
  return [
    ['Queue', `${task.project}/${task.queue}`],
    ['Tag', task.tag || null],
    ['Leased', `${task.retryCount.toLocaleString()} times`],
    [
      task.lease === 'FREE' ? 'Free since' : 'Lease ends',
      <ExactTime key="lease" moment={task.leasedUntil} />,
    ],
    ['Inserted', <ExactTime key="created" moment={task.created} />],
    ['Size', `${task.payloadBytes.toLocaleString()} bytes of base64`],
  ];
}

function Document({ task }: { readonly task: TaskDetail }) {
  if (task.documentUrl !== null) {
    return (
      <Panel title="Document">
        <a className="ch-plain-link" href={task.documentUrl} target="_blank" rel="noreferrer">
          Open the PDF
        </a>
      </Panel>
    );
  }
  if (!task.hasDocument) return null;
  const address = adminPath(`/api/apps/render/tasks/${task.id}/document.pdf`);
  return (
    <Panel
      title="Document"
      aside={
        <a className="ch-plain-link" href={address} target="_blank" rel="noreferrer">
          Open the PDF
        </a>
      }
    >
      <iframe className="render-document" src={address} title="The PDF" />
    </Panel>
  );
}

function TaskActions({
  task,
  onDone,
}: {
  readonly task: TaskDetail;
  readonly onDone: (message: string) => void;
}) {
  const on = (action: string) => async () => onDone(await act(action, [task.id]));
  return (
    <>
      {task.lease !== 'FREE' && (
        <ConfirmButton label="Release" title="Release this task?" tone="primary" onConfirm={on('release')}>
          <p>Its lease ends at once, so that others can lease it.</p>
        </ConfirmButton>
      )}
      <ConfirmButton label="Delete" title="Delete this task?" tone="danger" onConfirm={on('delete')}>
        <p>It is gone, and will not be rendered.</p>
      </ConfirmButton>
    </>
  );
}
