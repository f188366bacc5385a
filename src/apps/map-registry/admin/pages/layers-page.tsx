import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  EmptyState,
  FilterField,
  ListPage,
  type ListParts,
  RelativeTime,
  recordPath,
  StateBadge,
} from '../../../../app-kit/pages/index.ts';
import { LAYERS, SERVICES } from '../resources.ts';
import type { LayerRow } from '../shapes.ts';
import { API, bulkOf } from './api.ts';
import { StateFilter } from './filters.tsx';
import { UptimeCell } from './uptime-cell.tsx';

const PARTS: ListParts<LayerRow> = {
  path: `${API}/layers`,
  heading: 'Newest first',
  noun: { one: 'layer', many: 'layers' },
  columns: [
    {
      label: 'Layer',
      isWide: true,
      cell: ({ id, title }) => (
        <Link className="ch-plain-link" to={adminPath(recordPath(LAYERS, id))} title={title}>
          {title}
        </Link>
      ),
    },
    {
      label: 'Service',
      isWide: true,
      cell: ({ service }) => (
        <Link
          className="ch-plain-link"
          to={adminPath(recordPath(SERVICES, service.id))}
          title={service.title}
        >
          {service.title}
        </Link>
      ),
    },
    {
      label: 'State',
      cell: ({ state, wasDeleted }) => <StateBadge state={wasDeleted ? 'deleted' : state} />,
    },
    { label: 'Reliability', cell: ({ uptime }) => <UptimeCell uptime={uptime} /> },
    {
      label: 'Checked',
      cell: ({ lastCheck }) =>
        lastCheck === null ? <span className="ch-none">–</span> : <RelativeTime moment={lastCheck} />,
    },
    { label: 'Added', cell: ({ created }) => <RelativeTime moment={created} /> },
  ],
  titleOf: ({ title }) => title,
  filters: ['service', 'state'],
  bulk: bulkOf(LAYERS, [
    {
      name: 'check',
      label: 'Check',
      done: 'Checking',
      icon: 'repeat',
      tone: 'primary',
      meaning: 'A picture of each layer is fetched, as its turn at its host comes.',
    },
    {
      name: 'index',
      label: 'Index',
      done: 'Indexing',
      icon: 'search',
      tone: 'primary',
      meaning: 'The layers are indexed anew.',
    },
  ]),
  empty: (
    <EmptyState
      title="No layers yet"
      text="Add an endpoint first: its services are harvested, and their layers are listed here."
    />
  ),
  noMatch: 'A layer matches by the id of its service. The public search finds layers by words.',
};

/** The layers of all services, and how they fare. */
export function LayersPage() {
  return (
    <ListPage
      title="Layers"
      lede="Maps of the services. The public search finds them by words, places and years."
      parts={PARTS}
      renderFilters={(query) => (
        <>
          <FilterField query={query} name="service" label="Id of the service" type="search" isWide />
          <StateFilter query={query} states={['down']} />
        </>
      )}
    />
  );
}
