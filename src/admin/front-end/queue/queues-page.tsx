import React, { useState } from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  ConfirmButton,
  DataTable,
  Icon,
  Loaded,
  listPath,
  mayAct,
  Page,
  Panel,
  RelativeTime,
  Said,
  StateBadge,
  spanInWords,
  useLive,
  useSaid,
} from '../../../app-kit/pages/index.ts';
import type { QueueRow } from '../../queue/shapes.ts';
import { actOnQueue, queuePath } from './api.ts';

/** Every queue, in figures, and what can be done to it. */
export function QueuesPage() {
  const live = useLive<readonly QueueRow[]>(queuePath('/queues'), { everySeconds: 3 });
  const said = useSaid();
  const onDone = (message: string) => {
    said.say(message);
    live.refresh();
  };
  return (
    <Page
      title="Queues"
      lede="Each queue is served by the engines that were started with its name as Q_CLUSTER_NAME."
    >
      <Said said={said.text} />
      <Loaded live={live}>
        {(queues) => (
          <Panel title={queues.length === 1 ? '1 queue' : `${queues.length} queues`} isFlush>
            <DataTable
              label="Queues"
              rows={queues}
              keyOf={({ queue }) => queue}
              columns={[
                { label: 'Queue', cell: ({ queue }) => <strong>{queue}</strong> },
                { label: 'State', cell: (row) => <QueueState row={row} /> },
                { label: 'Queued', cell: (row) => <Waiting row={row} /> },
                {
                  label: 'Oldest',
                  cell: ({ oldestSeconds }) =>
                    oldestSeconds === null ? (
                      <span className="ch-none">–</span>
                    ) : (
                      <span className="ch-number">{spanInWords(oldestSeconds)}</span>
                    ),
                },
                { label: 'Running', cell: ({ running }) => running },
                {
                  label: 'Workers',
                  cell: ({ workers, engines }) => (
                    <span className="queue-task">
                      <span>{workers}</span>
                      <small className="ch-number">{engines === 1 ? '1 engine' : `${engines} engines`}</small>
                    </span>
                  ),
                },
                {
                  label: 'Last 24 h',
                  cell: ({ successesLastDay, failuresLastDay }) => (
                    <span className="queue-task ch-number">
                      <span>{successesLastDay.toLocaleString()} done</span>
                      <span>{failuresLastDay.toLocaleString()} failed</span>
                    </span>
                  ),
                },
                ...(mayAct()
                  ? [
                      {
                        label: 'Actions',
                        cell: (row: QueueRow) => <QueueActions row={row} onDone={onDone} />,
                      },
                    ]
                  : []),
              ]}
            />
          </Panel>
        )}
      </Loaded>
    </Page>
  );
}

function QueueState({ row }: { readonly row: QueueRow }) {
  const { pausedBy, pausedSince, workers } = row;
  if (pausedSince !== null) {
    return (
      <span className="queue-task">
        <StateBadge state="paused" />
        <small>
          by {pausedBy}, <RelativeTime moment={pausedSince} />
        </small>
      </span>
    );
  }
  if (workers === 0) return <StateBadge state="lost" label="No engine" />;
  return <StateBadge state="done" label="Served" />;
}

function Waiting({ row }: { readonly row: QueueRow }) {
  const { queue, queued, isQueuedEstimated, delayed } = row;
  return (
    <Link
      className="ch-plain-link ch-number"
      to={adminPath(`${listPath('queued-tasks')}?${new URLSearchParams({ queue })}`)}
    >
      {isQueuedEstimated && 'about '}
      {queued.toLocaleString()}
      {delayed > 0 && ` (${delayed.toLocaleString()} delayed)`}
    </Link>
  );
}

function QueueActions({
  row,
  onDone,
}: {
  readonly row: QueueRow;
  readonly onDone: (message: string) => void;
}) {
  const { queue, pausedSince, queued } = row;
  const [typed, setTyped] = useState('');
  return (
    <span className="queue-row-actions">
      {pausedSince === null ? (
        <ConfirmButton
          label="Pause"
          icon={<Icon name="paused" />}
          title={`Pause ${queue}?`}
          onConfirm={async () => onDone(await actOnQueue(queue, 'pause'))}
        >
          <p>
            Running tasks finish. No more tasks are taken until it is resumed; tasks can still be enqueued.
          </p>
        </ConfirmButton>
      ) : (
        <ConfirmButton
          label="Resume"
          icon={<Icon name="play" />}
          tone="primary"
          title={`Resume ${queue}?`}
          onConfirm={async () => onDone(await actOnQueue(queue, 'resume'))}
        >
          <p>Engines take tasks from it again.</p>
        </ConfirmButton>
      )}
      <ConfirmButton
        label="Purge"
        icon={<Icon name="trash" />}
        tone="danger"
        title={`Delete all waiting tasks in ${queue}?`}
        obstacle={queued === 0 ? 'No tasks are waiting.' : undefined}
        onConfirm={async () => {
          const message = await actOnQueue(queue, 'purge', { confirm: typed.trim() });
          setTyped('');
          onDone(message);
        }}
      >
        <p>
          {queued === 1 ? '1 task' : `${queued.toLocaleString()} tasks`} will be deleted permanently. Running
          tasks are not affected.
        </p>
        <label className="ch-field">
          <span>
            Type the name of the queue, <strong>{queue}</strong>:
          </span>
          <input
            className="ch-input"
            value={typed}
            autoComplete="off"
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
      </ConfirmButton>
    </span>
  );
}
