import React from 'react';
import { useNavigate } from 'react-router-dom';
import {
  adminPath,
  ConfirmButton,
  Icon,
  listPath,
  mayAct,
  recordPath,
} from '../../../app-kit/pages/index.ts';
import type { TaskList } from '../../queue/resources.ts';
import type { TaskDetail } from '../../queue/shapes.ts';
import { actOnTasks } from './api.ts';
import {
  CANCEL,
  DELETE_FINISHED,
  DELETE_QUEUED,
  RESUBMIT,
  type TaskBulkAction,
} from './task-bulk-actions.ts';

/** The buttons of a task's page, for administrators who may act: resubmit, cancel, delete. */
export function TaskActions(props: {
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
