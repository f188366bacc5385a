import React from 'react';
import { Link } from 'react-router-dom';
import { adminPath, Panel, recordPath } from '../../../../app-kit/pages/index.ts';
import { ISSUES } from '../resources.ts';
import type { IssueRow } from '../shapes.ts';

/** The open issues of a service or a layer. */
export function OpenIssues({ issues }: { readonly issues: readonly IssueRow[] }) {
  if (issues.length === 0) return null;
  return (
    <Panel title="Open issues" tone="bad">
      <ul className="registry-list">
        {issues.map(({ id, kind, description }) => (
          <li key={id}>
            <Link className="ch-plain-link" to={adminPath(recordPath(ISSUES, id))}>
              {kind}
            </Link>
            {description !== '' && `: ${description}`}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
