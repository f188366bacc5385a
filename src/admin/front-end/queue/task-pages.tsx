import React from 'react';
import {
  EmptyState,
  FilterChoice,
  FilterField,
  RelativeTime,
  StateBadge,
  spanInWords,
  TwoLines,
} from '../../../app-kit/pages/index.ts';
import type { Described, FinishedTaskRow, RunningTaskRow, WaitingTaskRow } from '../../queue/shapes.ts';
import { RunningFor, TaskProgress } from './running-parts.tsx';
import { CANCEL, DELETE_FINISHED, DELETE_QUEUED, RESUBMIT } from './task-bulk-actions.ts';
import { TaskListPage } from './task-list-page.tsx';

/** Tasks that have failed. */
export function FailedTasksPage() {
  return (
    <TaskListPage<Described<FinishedTaskRow>>
      parts={{
        list: 'failed-tasks',
        title: 'Failed tasks',
        lede: 'Their last attempt failed. Those whose function or queue allows another one also stand among the queued.',
        order: 'Failed last, first',
        actions: [RESUBMIT, DELETE_FINISHED],
        filters: ['error', 'cancelled'],
        dayLabel: 'Failed',
        renderFilters: (query) => (
          <>
            <FilterField
              query={query}
              name="error"
              label="Error"
              type="search"
              placeholder="A part of it; … stands for anything"
              isWide
            />
            <FilterChoice
              query={query}
              name="cancelled"
              label="Cancelled"
              choices={[
                ['yes', 'Cancelled by somebody'],
                ['no', 'Failed by itself'],
              ]}
            />
          </>
        ),
        columns: [
          {
            label: 'Error',
            isWide: true,
            cell: ({ error, cancelled }) => (
              <>
                {cancelled && <StateBadge state="cancelled" />}
                <TwoLines text={error ?? ''} />
              </>
            ),
          },
          { label: 'Attempts', cell: ({ attempts }) => attempts },
          { label: 'Failed', cell: ({ stopped }) => <RelativeTime moment={stopped} /> },
        ],
        empty: (
          <EmptyState
            title="Nothing has failed"
            icon="done"
            text="Tasks that fail stand here until they are resubmitted or deleted."
          />
        ),
      }}
    />
  );
}

/** Tasks that have succeeded. */
export function SuccessfulTasksPage() {
  return (
    <TaskListPage<Described<FinishedTaskRow>>
      parts={{
        list: 'successful-tasks',
        title: 'Successful tasks',
        lede: 'The newest of them are kept, as many as Q_CLUSTER_SAVE_LIMIT says.',
        order: 'Ended last, first',
        actions: [DELETE_FINISHED],
        filters: [],
        dayLabel: 'Ended',
        columns: [
          { label: 'Queue', cell: ({ queue }) => queue },
          { label: 'Attempts', cell: ({ attempts }) => attempts },
          {
            label: 'Took',
            cell: ({ seconds }) => <span className="ch-number">{spanInWords(seconds)}</span>,
          },
          { label: 'Ended', cell: ({ stopped }) => <RelativeTime moment={stopped} /> },
        ],
        empty: (
          <EmptyState
            title="Nothing has succeeded yet"
            text="What tasks answer stands here as soon as they have ended."
          />
        ),
      }}
    />
  );
}

/** Tasks that wait. */
export function QueuedTasksPage() {
  return (
    <TaskListPage<Described<WaitingTaskRow>>
      parts={{
        list: 'queued-tasks',
        title: 'Queued tasks',
        lede: 'They wait for a worker, or for their time. Name a queue to see another one than the default.',
        order: 'Enqueued first, first',
        actions: [CANCEL, DELETE_QUEUED],
        filters: [],
        dayLabel: 'Enqueued',
        columns: [
          { label: 'State', cell: ({ state }) => <StateBadge state={state} /> },
          { label: 'Priority', cell: ({ priority }) => priority },
          { label: 'Attempts', cell: ({ attempts }) => attempts },
          { label: 'Enqueued', cell: ({ created }) => <RelativeTime moment={created} /> },
          {
            label: 'Not before',
            cell: ({ state, startAfter }) =>
              state === 'delayed' ? <RelativeTime moment={startAfter} /> : <span className="ch-none">–</span>,
          },
        ],
        empty: (
          <EmptyState
            title="Nothing waits"
            icon="done"
            text="Tasks stand here from when they are enqueued."
          />
        ),
      }}
    />
  );
}

/** Tasks that run. */
export function RunningTasksPage() {
  return (
    <TaskListPage<Described<RunningTaskRow>>
      parts={{
        list: 'running-tasks',
        title: 'Running tasks',
        lede: 'Engines hold them: in a worker, or about to be given to one.',
        order: 'Taken first, first',
        actions: [CANCEL],
        filters: [],
        dayLabel: 'Taken',
        columns: [
          { label: 'Progress', cell: (task) => <TaskProgress task={task} /> },
          { label: 'Running for', cell: (task) => <RunningFor task={task} /> },
          { label: 'Attempt', cell: ({ attempt }) => attempt },
          {
            label: 'Worker',
            cell: ({ host, workerPid }) => (
              <span title={`on ${host}`}>
                {workerPid ?? '–'} <span className="ch-muted">{host}</span>
              </span>
            ),
          },
        ],
        empty: (
          <EmptyState
            title="Nothing runs"
            text="As soon as an engine takes a task from a queue, it stands here with how far it is."
          />
        ),
      }}
    />
  );
}
