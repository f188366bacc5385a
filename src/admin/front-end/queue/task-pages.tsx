import React from 'react';
import {
  EmptyState,
  FilterChoice,
  FilterField,
  RelativeTime,
  Span,
  StateBadge,
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
        lede: 'Their last attempt failed. Tasks that will be retried are also listed under Queued.',
        order: 'Newest first',
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
              placeholder="Part of the error; … matches anything"
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
          { label: 'Ran', cell: ({ ranSeconds }) => <Span seconds={ranSeconds} /> },
          { label: 'Failed', cell: ({ stopped }) => <RelativeTime moment={stopped} /> },
        ],
        empty: (
          <EmptyState
            title="Nothing has failed"
            icon="done"
            text="Failed tasks appear here until they are resubmitted or deleted."
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
        lede: 'The newest are kept: Q_CLUSTER_SAVE_LIMIT sets how many.',
        order: 'Newest first',
        actions: [DELETE_FINISHED],
        filters: [],
        dayLabel: 'Ended',
        columns: [
          { label: 'Queue', cell: ({ queue }) => queue },
          { label: 'Attempts', cell: ({ attempts }) => attempts },
          { label: 'Waited', cell: ({ waitedSeconds }) => <Span seconds={waitedSeconds} /> },
          { label: 'Ran', cell: ({ ranSeconds }) => <Span seconds={ranSeconds} /> },
          { label: 'Ended', cell: ({ stopped }) => <RelativeTime moment={stopped} /> },
        ],
        empty: (
          <EmptyState
            title="Nothing has succeeded yet"
            text="Finished tasks and their results appear here."
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
        lede: 'Waiting for a worker, or scheduled for later. Choose a queue.',
        order: 'Oldest first',
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
              state === 'delayed' ? (
                <RelativeTime moment={startAfter} isPlanned />
              ) : (
                <span className="ch-none">–</span>
              ),
          },
        ],
        empty: (
          <EmptyState
            title="Nothing is queued"
            icon="done"
            text="Tasks appear here as soon as they are enqueued."
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
        lede: 'Held by an engine: running, or about to.',
        order: 'Longest running first',
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
            title="Nothing is running"
            text="Tasks appear here, with progress, as soon as an engine picks them up."
          />
        ),
      }}
    />
  );
}
