import React from 'react';
import { Link } from 'react-router-dom';
import { adminPath, Facts, listPath, Panel } from '../../../app-kit/pages/index.ts';
import type { TaskDetail } from '../../queue/shapes.ts';
import { TaskLink } from './task-link.tsx';

/** What a task belongs to: its group, a chain, an iteration, and the tasks that it was resubmitted from and as. */
export function TaskBelongings({ task }: { readonly task: TaskDetail }) {
  const { group, chain, iteration, resubmittedFrom, resubmittedBy, resubmittedAs } = task;
  const isAlone =
    group === null &&
    chain.length === 0 &&
    !iteration &&
    resubmittedFrom === null &&
    resubmittedAs.length === 0;
  if (isAlone) return null;
  const ofGroup = new URLSearchParams({ group: group ?? '' });
  return (
    <Panel title="Belongs to">
      <Facts
        facts={[
          [
            'Group',
            group === null ? null : (
              <>
                {group}
                <br />
                <Link className="ch-plain-link" to={adminPath(`${listPath('successful-tasks')}?${ofGroup}`)}>
                  succeeded
                </Link>
                {', '}
                <Link className="ch-plain-link" to={adminPath(`${listPath('failed-tasks')}?${ofGroup}`)}>
                  failed
                </Link>
              </>
            ),
          ],
          ['Chain', chain.length === 0 ? null : `then ${chain.join(', then ')}`],
          [
            'Iteration',
            iteration && (
              <>
                part {iteration.number.toLocaleString()}
                {iteration.total !== null && ` of ${iteration.total.toLocaleString()}`}
                {iteration.remaining !== null && `, ${iteration.remaining.toLocaleString()} still to succeed`}
                <br />
                <TaskLink id={iteration.id} label="Its result" />
              </>
            ),
          ],
          [
            'Resubmitted from',
            resubmittedFrom === null ? null : (
              <>
                <TaskLink id={resubmittedFrom} />
                {resubmittedBy !== null && ` by ${resubmittedBy}`}
              </>
            ),
          ],
          [
            'Resubmitted as',
            resubmittedAs.length === 0
              ? null
              : resubmittedAs.map((id) => (
                  <React.Fragment key={id}>
                    <TaskLink id={id} />{' '}
                  </React.Fragment>
                )),
          ],
        ]}
      />
    </Panel>
  );
}
