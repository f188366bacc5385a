import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  DataTable,
  EmptyState,
  FilterDay,
  FilterField,
  Filters,
  Loaded,
  Page,
  Panel,
  RelativeTime,
  recordPath,
  SharesBar,
  useLive,
  useQuery,
} from '../../../../app-kit/pages/index.ts';
import type { CollectionRow, NewestRows } from '../shapes.ts';
import { dataPath } from './api.ts';
import { CollectionDuration } from './duration.tsx';
import { NewestPager } from './newest-pager.tsx';

const FILTERS = ['customer', 'from', 'to'];

/** What callers submitted, newest first, each with where its members stand. */
export function CollectionsPage() {
  const query = useQuery();
  const live = useLive<NewestRows<CollectionRow>>(
    dataPath(`/collections${query.pick(...FILTERS, 'before')}`),
  );
  return (
    <Page title="Collections" lede="What callers submitted, and how far it is.">
      <Filters query={query} names={FILTERS}>
        <FilterField query={query} name="customer" label="Customer" type="number" />
        <FilterDay query={query} name="from" label="Submitted from" />
        <FilterDay query={query} name="to" label="Submitted until" />
      </Filters>
      <Loaded live={live}>
        {(list) => (
          <Panel title="Newest first" isFlush>
            {list.rows.length === 0 ? (
              <NoCollections isNarrowed={query.pick(...FILTERS, 'before') !== ''} />
            ) : (
              <DataTable
                label="Collections"
                rows={list.rows}
                keyOf={({ id }) => id}
                columns={[
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
                  { label: 'Where they stand', cell: ({ statuses }) => <SharesBar shares={statuses} /> },
                  { label: 'Submitted', cell: ({ created }) => <RelativeTime moment={created} /> },
                  { label: 'Duration', cell: (row) => <CollectionDuration collection={row} /> },
                ]}
              />
            )}
            <NewestPager list={list} noun="collections" />
          </Panel>
        )}
      </Loaded>
    </Page>
  );
}

function NoCollections({ isNarrowed }: { readonly isNarrowed: boolean }) {
  if (isNarrowed) {
    return (
      <EmptyState
        title="No such collection"
        icon="search"
        text="Nothing was submitted that fits the filter. Choose other days, or another customer."
      />
    );
  }
  return (
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
  );
}
