import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  EmptyState,
  ListPage,
  type ListParts,
  RelativeTime,
  recordPath,
  StateBadge,
  TwoLines,
} from '../../../../app-kit/pages/index.ts';
import { ISSUES, LAYERS, SERVICES } from '../resources.ts';
import type { IssueRow } from '../shapes.ts';
import { API } from './api.ts';
import { StateFilter } from './filters.tsx';

const PARTS: ListParts<IssueRow> = {
  path: `${API}/issues`,
  heading: 'Newest first',
  noun: { one: 'issue', many: 'issues' },
  columns: [
    {
      label: 'Issue',
      cell: ({ id, kind }) => (
        <Link className="ch-plain-link" to={adminPath(recordPath(ISSUES, id))}>
          {kind}
        </Link>
      ),
    },
    { label: 'State', cell: ({ state }) => <StateBadge state={state} /> },
    {
      label: 'About',
      isWide: true,
      cell: ({ about }) => (
        <Link
          className="ch-plain-link"
          to={adminPath(recordPath(about.list === 'layer' ? LAYERS : SERVICES, about.id))}
        >
          {about.title}
        </Link>
      ),
    },
    { label: 'Description', isWide: true, cell: ({ description }) => <TwoLines text={description} /> },
    { label: 'Reported', cell: ({ created }) => <RelativeTime moment={created} /> },
  ],
  titleOf: ({ kind }) => kind,
  filters: ['state'],
  empty: (
    <EmptyState
      title="No issue"
      text="Report one on the page of a service or a layer where something is wrong."
    />
  ),
  noMatch: 'There is no issue in that state.',
};

/** Faults that people have found in services and layers. */
export function IssuesPage() {
  return (
    <ListPage
      title="Issues"
      lede="Faults that people have found. A layer with an open issue, or whose service has one, is not in the search."
      parts={PARTS}
      renderFilters={(query) => <StateFilter query={query} states={['open', 'resolved']} />}
    />
  );
}
