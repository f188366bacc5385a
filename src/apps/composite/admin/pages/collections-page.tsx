import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  type Column,
  EmptyState,
  FilterDay,
  FilterField,
  ListPage,
  type ListParts,
  RelativeTime,
  recordPath,
  SharesBar,
} from '../../../../app-kit/pages/index.ts';
import type { CollectionRow } from '../shapes.ts';
import { dataPath } from './api.ts';
import { CollectionDuration } from './duration.tsx';

const COLUMNS: readonly Column<CollectionRow>[] = [
  {
    label: 'Collection',
    cell: ({ id }) => (
      <Link className="ch-link" to={adminPath(recordPath('collections', id))} title={id}>
        {id.slice(0, 8)}
      </Link>
    ),
  },
  { label: 'Customer', cell: ({ customer }) => customer },
  { label: 'Members', cell: ({ memberCount }) => memberCount.toLocaleString() },
  { label: 'Status', cell: ({ statuses }) => <SharesBar shares={statuses} /> },
  { label: 'Submitted', cell: ({ created }) => <RelativeTime moment={created} /> },
  { label: 'Duration', cell: (row) => <CollectionDuration collection={row} /> },
];

const PARTS: ListParts<CollectionRow> = {
  path: dataPath('/collections'),
  heading: 'Newest first',
  noun: { one: 'collection', many: 'collections' },
  columns: COLUMNS,
  titleOf: ({ id }) => `collection ${id.slice(0, 8)}`,
  filters: ['customer', 'from', 'to'],
  empty: (
    <EmptyState
      title="Nothing was submitted yet"
      text={
        <>
          A caller submits PDFs with <code>POST /customers/{'{customer}'}/queue</code>; they show here at
          once.
        </>
      }
    >
      <a className="ch-button" href="/docs/">
        Read the API's description
      </a>
    </EmptyState>
  ),
  noMatch: 'Nothing was submitted that matches the filter. Choose other days, or another customer.',
};

/** What callers submitted, newest first, each with the states of its members. */
export function CollectionsPage() {
  return (
    <ListPage
      title="Collections"
      lede="What callers submitted, with its progress."
      parts={PARTS}
      renderFilters={(query) => (
        <>
          <FilterField query={query} name="customer" label="Customer" type="number" />
          <FilterDay query={query} name="from" label="Submitted from" />
          <FilterDay query={query} name="to" label="Submitted until" />
        </>
      )}
    />
  );
}
