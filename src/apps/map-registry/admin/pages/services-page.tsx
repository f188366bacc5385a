import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  EmptyState,
  FilterChoice,
  FilterField,
  ListPage,
  type ListParts,
  RelativeTime,
  recordPath,
  StateBadge,
} from '../../../../app-kit/pages/index.ts';
import { SERVICE_TYPES, shortTypeOf } from '../../layers/layer.ts';
import { SERVICES } from '../resources.ts';
import { CHECK_STATES, type ServiceRow } from '../shapes.ts';
import { API, bulkOf } from './api.ts';
import { CatalogFilter, StateFilter } from './filters.tsx';
import { UptimeCell } from './uptime-cell.tsx';

const PARTS: ListParts<ServiceRow> = {
  path: `${API}/services`,
  heading: 'Newest first',
  noun: { one: 'service', many: 'services' },
  columns: [
    {
      label: 'Service',
      isWide: true,
      cell: ({ id, title }) => (
        <Link className="ch-plain-link" to={adminPath(recordPath(SERVICES, id))} title={title}>
          {title}
        </Link>
      ),
    },
    { label: 'Type', cell: ({ type }) => <span title={type}>{shortTypeOf(type)}</span> },
    { label: 'Host', cell: ({ host }) => host },
    {
      label: 'Layers',
      cell: ({ layerCount }) => <span className="ch-number">{layerCount.toLocaleString()}</span>,
    },
    { label: 'State', cell: ({ state }) => <StateBadge state={state} /> },
    { label: 'Reliability', cell: ({ uptime }) => <UptimeCell uptime={uptime} /> },
    {
      label: 'Checked',
      cell: ({ lastCheck }) =>
        lastCheck === null ? <span className="ch-none">–</span> : <RelativeTime moment={lastCheck} />,
    },
  ],
  titleOf: ({ title }) => title,
  filters: ['host', 'type', 'state', 'catalog'],
  bulk: bulkOf(SERVICES, [
    {
      name: 'check',
      label: 'Check',
      done: 'Checking',
      icon: 'repeat',
      tone: 'primary',
      meaning: 'Each service is harvested and checked, and then its layers are.',
    },
    {
      name: 'index',
      label: 'Index',
      done: 'Indexing the layers of',
      icon: 'search',
      tone: 'primary',
      meaning: 'All layers of the services are indexed anew.',
    },
    {
      name: 'unwatch',
      label: 'Stop watching',
      done: 'Stopped watching',
      icon: 'paused',
      tone: 'danger',
      meaning: 'The services and their layers are no longer checked. They stay in the search.',
    },
    {
      name: 'watch',
      label: 'Watch',
      done: 'Watching',
      icon: 'play',
      tone: 'primary',
      meaning: 'The services and their layers are checked with the next round.',
    },
  ]),
  empty: (
    <EmptyState
      title="No services yet"
      text="Add an endpoint first: its services are found and listed here."
    />
  ),
  noMatch: 'A service matches by its whole host.',
};

/** The map services, and how they fare. */
export function ServicesPage() {
  return (
    <ListPage
      title="Services"
      lede="Map services that are harvested and checked."
      parts={PARTS}
      renderFilters={(query) => (
        <>
          <FilterField query={query} name="host" label="Host" type="search" isWide />
          <FilterChoice
            query={query}
            name="type"
            label="Type"
            choices={SERVICE_TYPES.map((type) => [type, type])}
          />
          <StateFilter query={query} states={CHECK_STATES} />
          <CatalogFilter query={query} />
        </>
      )}
    />
  );
}
