import React from 'react';
import { Link } from 'react-router-dom';
import { adminPath, Panel, RelativeTime, recordPath, StateBadge } from '../../../../app-kit/pages/index.ts';
import type { TaskDetail } from '../shapes.ts';

/** How far an order is; its result takes the place of this. */
export function OrderProgress({ task }: { readonly task: TaskDetail }) {
  const { created, lease, retryCount, renderedBy } = task;
  return (
    <Panel title="Progress">
      <ol className="render-steps">
        <li>
          <StateBadge state="ORDERED" />
          <RelativeTime moment={created} />
        </li>
        <li>
          <StateBadge state={lease === 'FREE' ? 'WAITING' : lease} />
          {lease === 'FREE' && <span>{retryCount > 0 ? 'for the next attempt' : 'for a worker'}</span>}
          {lease === 'RENDERING' && <span>attempt {retryCount}</span>}
          {lease === 'LEASED' && <span>by a client; it is rendered if the lease ends</span>}
          {renderedBy !== null && (
            <Link className="ch-plain-link" to={adminPath(recordPath('running-tasks', renderedBy))}>
              The rendering
            </Link>
          )}
        </li>
        <li className="ch-muted">The PDF appears here.</li>
      </ol>
    </Panel>
  );
}
