import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  EmptyState,
  Icon,
  ListPage,
  RelativeTime,
  recordPath,
  StateBadge,
} from '../../../app-kit/pages/index.ts';
import type { AdministratorRow } from '../../people/shapes.ts';
import { peoplePath } from './api.ts';

/** Everybody who may sign in. */
export function AdministratorsPage() {
  return (
    <ListPage<AdministratorRow>
      title="Administrators"
      lede="A viewer looks; an operator acts on tasks and submissions; a superuser does everything, people included."
      actions={
        <Link className="ch-button ch-button-primary" to={adminPath(recordPath('administrators', 'new'))}>
          <Icon name="plus" />
          New administrator
        </Link>
      }
      parts={{
        path: peoplePath('/administrators'),
        heading: 'Newest first',
        noun: { one: 'administrator', many: 'administrators' },
        filters: [],
        titleOf: ({ username }) => username,
        columns: [
          {
            label: 'Username',
            cell: ({ id, username }) => (
              <Link className="ch-plain-link" to={adminPath(recordPath('administrators', id))}>
                {username}
              </Link>
            ),
          },
          { label: 'E-mail', cell: ({ email }) => email || <span className="ch-none">–</span> },
          { label: 'Role', cell: ({ role }) => role },
          { label: 'State', cell: ({ isDisabled }) => <StateBadge state={stateOf(isDisabled)} /> },
          { label: 'Created', cell: ({ created }) => <RelativeTime moment={created} /> },
          {
            label: 'Last login',
            cell: ({ lastLogin }) =>
              lastLogin === null ? (
                <span className="ch-none">never</span>
              ) : (
                <RelativeTime moment={lastLogin} />
              ),
          },
        ],
        empty: <EmptyState title="No administrators" text="There is always at least one superuser." />,
        noMatch: '',
      }}
    />
  );
}

/** The word of whether somebody may sign in. */
export function stateOf(isDisabled: boolean): 'enabled' | 'disabled' {
  return isDisabled ? 'disabled' : 'enabled';
}
