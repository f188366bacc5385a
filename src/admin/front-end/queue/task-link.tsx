import React from 'react';
import { Link } from 'react-router-dom';
import { adminPath, recordPath } from '../../../app-kit/pages/index.ts';

/** A link to the page of a task, whatever its state is by now. Default: its id is the label. */
export function TaskLink({ id, label }: { readonly id: string; readonly label?: string }) {
  return (
    <Link
      className={label === undefined ? 'ch-link' : 'ch-plain-link'}
      to={adminPath(recordPath('successful-tasks', id))}
    >
      {label ?? id}
    </Link>
  );
}
