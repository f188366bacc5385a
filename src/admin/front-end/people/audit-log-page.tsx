import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  EmptyState,
  ExactTime,
  FilterChoice,
  FilterDay,
  ListPage,
  recordPath,
  StateBadge,
  useLive,
} from '../../../app-kit/pages/index.ts';
import type { AuditChoices, AuditRow } from '../../people/shapes.ts';
import { peoplePath } from './api.ts';
import { AuditSentence, resourceInWords, verbOf } from './audit-sentence.tsx';

/** Who did what, and when; also what was refused. */
export function AuditLogPage() {
  const choices = useLive<AuditChoices>(peoplePath('/audit-log/choices'), { everySeconds: 60 });
  const { usernames = [], actions = [], resources = [] } = choices.data ?? {};
  return (
    <ListPage<AuditRow>
      title="Audit log"
      lede="Who did what, and what was refused."
      renderFilters={(query) => (
        <React.Fragment key={`${usernames.length} ${actions.length} ${resources.length}`}>
          <FilterChoice
            query={query}
            name="username"
            label="Who"
            choices={usernames.map((name) => [name, name])}
          />
          <FilterChoice
            query={query}
            name="action"
            label="Action"
            choices={actions.map((action) => [action, verbOf(action)])}
          />
          <FilterChoice
            query={query}
            name="resource"
            label="On"
            choices={resources.map((resource) => [resource, resourceInWords(resource)])}
          />
          <FilterChoice
            query={query}
            name="outcome"
            label="Outcome"
            choices={[
              ['done', 'Done'],
              ['failed', 'Failed'],
              ['refused', 'Refused'],
            ]}
          />
          <FilterDay query={query} name="from" label="From" />
          <FilterDay query={query} name="to" label="to" />
        </React.Fragment>
      )}
      parts={{
        path: peoplePath('/audit-log'),
        heading: 'Newest first',
        noun: { one: 'line', many: 'lines' },
        filters: ['username', 'action', 'resource', 'outcome', 'from', 'to'],
        titleOf: ({ action }) => action,
        columns: [
          { label: 'When', cell: ({ happened }) => <ExactTime moment={happened} /> },
          {
            label: 'What',
            cell: (row) => (
              <span className="queue-task">
                <span className="ch-sentence">
                  <Who row={row} /> <AuditSentence row={row} />
                </span>
                {row.detail !== null && <small>{row.detail}</small>}
              </span>
            ),
          },
          { label: 'Outcome', cell: ({ outcome }) => <StateBadge state={outcome} /> },
          { label: 'From', cell: ({ address }) => <span className="ch-id">{address}</span> },
        ],
        empty: <EmptyState title="Nothing was done yet" text="Every action and every login appears here." />,
        noMatch: 'Change the filter, or show everything.',
      }}
    />
  );
}

function Who({ row: { administratorId, username } }: { readonly row: AuditRow }) {
  if (administratorId === null) return <span>{username}</span>;
  return (
    <Link className="ch-plain-link" to={adminPath(recordPath('administrators', administratorId))}>
      {username}
    </Link>
  );
}
