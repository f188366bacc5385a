import React, { useState } from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  ConfirmButton,
  DataTable,
  EmptyState,
  Icon,
  listPath,
  mayAct,
  Panel,
  Said,
} from '../../../app-kit/pages/index.ts';
import type { DashboardData } from '../../dashboard/shapes.ts';
import type { Described, RunningTaskRow } from '../../queue/shapes.ts';
import { actOnTasks } from '../queue/api.ts';
import { DescribedTask, titleOfTask } from '../queue/described-task.tsx';
import { RunningFor, TaskProgress } from '../queue/running-parts.tsx';

/** The tasks that run now, each with what it takes to stop it. */
export function RunningPanel({ data }: { readonly data: DashboardData }) {
  const { runningTasks, running } = data;
  const [said, say] = useState<string | undefined>(undefined);
  const cancel = async (task: Described<RunningTaskRow>) => {
    const { message } = await actOnTasks('running-tasks', 'cancel', [task.id], task.queue);
    say(`${titleOfTask(task)}: ${message.charAt(0).toLowerCase()}${message.slice(1)}`);
  };
  return (
    <>
      <Said said={said} />
      <Panel
        title="Running now"
        isFlush
        aside={
          running > runningTasks.length && (
            <Link className="ch-plain-link" to={adminPath(listPath('running-tasks'))}>
              all {running.toLocaleString()}
            </Link>
          )
        }
      >
        {runningTasks.length === 0 ? (
          <EmptyState
            title="Nothing is running"
            text="Tasks appear here, with progress, as soon as an engine picks them up."
          />
        ) : (
          <DataTable
            label="Running tasks"
            rows={runningTasks}
            keyOf={({ id }) => id}
            columns={[
              {
                label: 'Task',
                cell: (task) => <DescribedTask list="running-tasks" task={task} />,
              },
              { label: 'Progress', cell: (task) => <TaskProgress task={task} /> },
              { label: 'Running for', cell: (task) => <RunningFor task={task} /> },
              {
                label: 'Worker',
                cell: ({ workerPid, host, attempt }) => (
                  <span className="queue-task">
                    <span>{workerPid ?? 'not in a worker yet'}</span>
                    <small>
                      {host}
                      {attempt > 1 && `, attempt ${attempt}`}
                    </small>
                  </span>
                ),
              },
              ...(mayAct()
                ? [
                    {
                      label: 'Actions',
                      cell: (task: Described<RunningTaskRow>) => (
                        <ConfirmButton
                          label="Cancel"
                          icon={<Icon name="stopped" />}
                          title={`Cancel ${titleOfTask(task)}?`}
                          obstacle={task.cancelledBy === null ? undefined : 'It was already asked to stop.'}
                          onConfirm={() => cancel(task)}
                        >
                          <p>
                            It is asked to stop, and is killed if it does not. It is then listed under failed
                            tasks, and can be resubmitted.
                          </p>
                        </ConfirmButton>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Panel>
    </>
  );
}
