import React from 'react';
import { Link } from 'react-router-dom';
import { adminPath, recordPath } from '../../../app-kit/pages/index.ts';
import type { TaskList } from '../../queue/resources.ts';
import type { Described } from '../../queue/shapes.ts';

/** A task in a row: what it is about, and below that its function, name and group; a link to its page. */
export function DescribedTask(props: {
  readonly list: TaskList;
  readonly task: Described<{
    readonly id: string;
    readonly name: string;
    readonly func: string;
    readonly group: string | null;
  }>;
}) {
  const { list, task } = props;
  const { id, name, func, group, description } = task;
  return (
    <span className="queue-task">
      <Link className="ch-plain-link" to={adminPath(recordPath(list, id))} title={id}>
        {description?.title ?? name}
      </Link>
      {description?.subtitle !== undefined && <small>{description.subtitle}</small>}
      <small>
        {func}
        {description && ` · ${name}`}
        {group !== null && group !== func && !description && (
          <>
            {' · '}
            <span title={group}>{group}</span>
          </>
        )}
      </small>
    </span>
  );
}

/** What a task is called in a sentence. */
export function titleOfTask({ name, description }: Described<{ readonly name: string }>): string {
  return description?.title ?? name;
}
