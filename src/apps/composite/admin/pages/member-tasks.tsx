import React from 'react';
import {
  adminPath,
  type Column,
  DataTable,
  Panel,
  RelativeTime,
  StateBadge,
  spanInWords,
} from '../../../../app-kit/pages/index.ts';
import type { MemberTask } from '../shapes.ts';

const NEXT_ATTEMPT: Column<MemberTask> = {
  label: 'Next',
  cell: ({ nextAttempt }) =>
    nextAttempt === null ? (
      <span className="ch-none">–</span>
    ) : (
      <RelativeTime moment={nextAttempt} isPlanned />
    ),
};

/** The tasks that processed a member, and the one that does. */
export function MemberTasks({ tasks }: { readonly tasks: readonly MemberTask[] }) {
  if (tasks.length === 0) return null;
  return (
    <Panel title="Tasks" isFlush>
      <DataTable
        label="Tasks"
        rows={tasks}
        keyOf={({ id }) => id}
        columns={[
          { label: 'State', cell: ({ state }) => <StateBadge state={state} /> },
          {
            label: 'Task',
            cell: ({ id, name }) => (
              <a className="ch-plain-link" href={adminPath(`/tasks/${id}`)} title={id}>
                {name}
              </a>
            ),
          },
          { label: 'Attempts', cell: ({ attempts }) => attempts },
          { label: 'Enqueued', cell: ({ enqueued }) => <RelativeTime moment={enqueued} /> },
          { label: 'Ended', cell: (task) => <Ended task={task} /> },
          ...(tasks.some(({ nextAttempt }) => nextAttempt !== null) ? [NEXT_ATTEMPT] : []),
        ]}
      />
    </Panel>
  );
}

/** When its latest attempt ended, and how long that waited and ran. */
function Ended({ task: { stopped, waitedSeconds, ranSeconds } }: { readonly task: MemberTask }) {
  if (stopped === null) return <span className="ch-none">–</span>;
  return (
    <>
      <RelativeTime moment={stopped} />
      {waitedSeconds !== null && ranSeconds !== null && (
        <>
          <br />
          <small className="ch-muted">
            waited {spanInWords(waitedSeconds)}, ran {spanInWords(ranSeconds)}
          </small>
        </>
      )}
    </>
  );
}
