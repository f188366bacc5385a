import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  EmptyState,
  FilterField,
  Icon,
  ListPage,
  type ListParts,
  mayAct,
  RelativeTime,
  recordPath,
  StateBadge,
  TwoLines,
} from '../../../../app-kit/pages/index.ts';
import { ENDPOINTS } from '../resources.ts';
import { ENDPOINT_STATES, type EndpointRow } from '../shapes.ts';
import { ADD_ENDPOINTS_PATH, API, bulkOf } from './api.ts';
import { CatalogFilter, StateFilter } from './filters.tsx';

const NONE = <span className="ch-none">–</span>;

const PARTS: ListParts<EndpointRow> = {
  path: `${API}/endpoints`,
  heading: 'Newest first',
  noun: { one: 'endpoint', many: 'endpoints' },
  columns: [
    {
      label: 'Address',
      isWide: true,
      cell: ({ id, url }) => (
        <Link className="ch-plain-link" to={adminPath(recordPath(ENDPOINTS, id))} title={url}>
          {url}
        </Link>
      ),
    },
    { label: 'State', cell: ({ state }) => <StateBadge state={state} /> },
    {
      label: 'Message',
      isWide: true,
      cell: ({ message }) => (message === null ? NONE : <TwoLines text={message} />),
    },
    { label: 'Catalogue', cell: ({ catalog }) => catalog },
    { label: 'List', cell: ({ list }) => list ?? NONE },
    { label: 'Added', cell: ({ created }) => <RelativeTime moment={created} /> },
  ],
  titleOf: ({ url }) => url,
  filters: ['url', 'state', 'catalog'],
  bulk: bulkOf(ENDPOINTS, [
    {
      name: 'detect',
      label: 'Look again at',
      done: 'Looking again at',
      icon: 'repeat',
      tone: 'primary',
      meaning: 'They are looked at again. Services that are new are added.',
    },
    {
      name: 'delete',
      label: 'Delete',
      done: 'Deleted',
      icon: 'trash',
      tone: 'danger',
      meaning: 'The endpoints are deleted. Services that were found at them stay.',
    },
  ]),
  empty: (
    <EmptyState
      title="No endpoints yet"
      text="Begin with Add endpoints: type the addresses of map servers (WMS, WMTS, TMS, CSW, Esri and others), or choose a file that lists them. Their services and layers are then found."
    />
  ),
  noMatch: 'An address matches if it begins with what you typed.',
};

/** The addresses at which services are looked for, and what came of it. */
export function EndpointsPage() {
  return (
    <ListPage
      title="Endpoints"
      lede="Addresses at which map services are looked for."
      parts={PARTS}
      actions={
        mayAct() && (
          <Link className="ch-button ch-button-primary" to={adminPath(ADD_ENDPOINTS_PATH)}>
            <Icon name="plus" />
            Add endpoints
          </Link>
        )
      }
      renderFilters={(query) => (
        <>
          <FilterField query={query} name="url" label="Address begins with" type="search" isWide />
          <StateFilter query={query} states={ENDPOINT_STATES} />
          <CatalogFilter query={query} />
        </>
      )}
    />
  );
}
