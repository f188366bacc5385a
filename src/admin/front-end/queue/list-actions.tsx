import React from 'react';
import { ConfirmButton, Icon, mayAct } from '../../../app-kit/pages/index.ts';
import type { TaskList } from '../../queue/resources.ts';
import type { MatchingCount } from '../../queue/shapes.ts';
import { actOnTasks, type TaskAction } from './api.ts';
import { MatchingButton } from './matching-button.tsx';
import type { Selection } from './use-selection.ts';

/** Something that can be done to the tasks of a list. */
export interface ListAction {
  readonly name: TaskAction;
  /** As on a button: "Resubmit". */
  readonly label: string;
  /** As in "Resubmitted 2 tasks". */
  readonly done: string;
  readonly icon: React.ReactNode;
  readonly tone: 'primary' | 'danger';
  /** What comes of it. */
  readonly meaning: string;
}

/** Sends failures back. */
export const RESUBMIT: ListAction = {
  name: 'resubmit',
  label: 'Resubmit',
  done: 'Resubmitted',
  icon: <Icon name="repeat" />,
  tone: 'primary',
  meaning:
    'Each is sent to its queue again as a new task, with the same function, arguments, hook and group. The failure goes.',
};

/** Ends what waits or runs. */
export const CANCEL: ListAction = {
  name: 'cancel',
  label: 'Cancel',
  done: 'Cancelled',
  icon: <Icon name="stopped" />,
  tone: 'danger',
  meaning:
    'A task that waits will not run; one that runs is told to stop, and killed where it does not. It then stands among the failed tasks, and can be resubmitted.',
};

/** Forgets what has finished. */
export const DELETE_FINISHED: ListAction = {
  name: 'delete',
  label: 'Delete',
  done: 'Deleted',
  icon: <Icon name="trash" />,
  tone: 'danger',
  meaning: 'They are gone for good, with their arguments and results.',
};

/** Takes out what waits. */
export const DELETE_QUEUED: ListAction = {
  ...DELETE_FINISHED,
  meaning:
    'They will not run, and nothing is kept of them. To keep them among the failed tasks, cancel them.',
};

/** The bar above a list: what can be done to the ticked rows, or to everything that matches. */
export function ListActions(props: {
  readonly list: TaskList;
  readonly actions: readonly ListAction[];
  readonly rows: readonly { readonly id: string }[];
  readonly selection: Selection;
  /** The queue of all rows, where they have one. */
  readonly queue: string | undefined;
  readonly filter: Readonly<Record<string, string>>;
  readonly count: MatchingCount | null;
  readonly onDone: (message: string) => void;
}) {
  const { list, actions, rows, selection, queue, filter, count, onDone } = props;
  if (!mayAct() || rows.length === 0) return null;
  const { ids } = selection;
  const act = async (action: ListAction) => {
    const { message } = await actOnTasks(list, action.name, [...ids], queue);
    selection.clear();
    onDone(message);
  };
  return (
    <div className="queue-actions">
      <label className="queue-select-all">
        <input
          type="checkbox"
          checked={ids.size === rows.length}
          ref={(box) => {
            if (box) box.indeterminate = ids.size > 0 && ids.size < rows.length;
          }}
          onChange={selection.toggleAll}
        />
        {ids.size === 0 ? 'Select all on this page' : `${ids.size} selected`}
      </label>
      <div className="ch-actions">
        {ids.size > 0
          ? actions.map((action) => (
              <ConfirmButton
                key={action.name}
                label={`${action.label} ${ids.size}`}
                icon={action.icon}
                tone={action.tone}
                title={`${action.label} ${ids.size === 1 ? 'this task' : `these ${ids.size} tasks`}?`}
                onConfirm={() => act(action)}
              >
                <p>{action.meaning}</p>
              </ConfirmButton>
            ))
          : actions.map((action) => (
              <MatchingButton
                key={action.name}
                list={list}
                action={action}
                filter={filter}
                count={count}
                onDone={onDone}
              />
            ))}
      </div>
    </div>
  );
}
