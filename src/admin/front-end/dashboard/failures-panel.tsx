import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  EmptyState,
  listPath,
  Panel,
  RelativeTime,
  recordPath,
} from '../../../app-kit/pages/index.ts';
import type { FailureGroup } from '../../dashboard/shapes.ts';

/** What went wrong in the last day, grouped by error. */
export function FailuresPanel({ failures }: { readonly failures: readonly FailureGroup[] }) {
  return (
    <Panel title="Failures of the last day, by error" isFlush={failures.length > 0}>
      {failures.length === 0 ? (
        <EmptyState title="Nothing has failed" icon="done" text="Failures appear here, grouped by error." />
      ) : (
        <ul className="dashboard-failures">
          {failures.map(({ func, error, count, newest, newestTaskId }) => (
            <li key={`${func} ${error}`}>
              <span className="ch-badge ch-tone-bad">
                {count.toLocaleString()}
                <span className="ch-hidden"> times</span>
                <span aria-hidden="true">×</span>
              </span>
              <div>
                <Link
                  className="ch-plain-link dashboard-error"
                  to={adminPath(
                    `${listPath('failed-tasks')}?${new URLSearchParams({ func, error, cancelled: 'no' })}`,
                  )}
                >
                  {error === '' ? 'No message' : error}
                </Link>
                <small>
                  {func},{' '}
                  <Link className="ch-plain-link" to={adminPath(recordPath('failed-tasks', newestTaskId))}>
                    the last one <RelativeTime moment={newest} />
                  </Link>
                </small>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
