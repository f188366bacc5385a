import type { AdminResource } from '../../../app-kit/admin/resource.ts';
import { ACTIVE_STATES, ENDED_STATES } from '../refreshes/states.ts';

/** The tables of this app, as the admin shows them. */
export const resources: readonly AdminResource[] = [
  {
    id: 'refreshes',
    label: 'Refreshes',
    table: 'ingestion.refreshes',
    newestBy: 'created',
    title: 'id',
    columns: [
      { name: 'id', label: 'Id', kind: 'id' },
      { name: 'model', label: 'Model', kind: 'text', listed: true, filter: true },
      { name: 'action', label: 'Action', kind: 'text', listed: true },
      {
        name: 'state',
        label: 'State',
        kind: 'status',
        values: [...ACTIVE_STATES, ...ENDED_STATES],
        listed: true,
        filter: true,
      },
      { name: 'progress', label: 'Progress', kind: 'number', listed: true },
      { name: 'index_suffix', label: 'Index suffix', kind: 'text' },
      { name: 'alias', label: 'Alias', kind: 'text' },
      { name: 'error', label: 'Error', kind: 'long-text' },
      { name: 'message', label: 'Message', kind: 'long-text' },
      { name: 'requested_by', label: 'Requested by', kind: 'text' },
      { name: 'created', label: 'Requested', kind: 'timestamp', listed: true },
      { name: 'ended', label: 'Ended', kind: 'timestamp' },
    ],
  },
  {
    id: 'search-indexes',
    label: 'Indexes',
    table: 'ingestion.indexes',
    newestBy: 'created',
    title: 'name',
    columns: [
      { name: 'id', label: 'Key', kind: 'id' },
      { name: 'name', label: 'Name', kind: 'text', listed: true },
      { name: 'model', label: 'Model', kind: 'text', listed: true },
      {
        name: 'refresh_id',
        label: 'Made by',
        kind: 'reference',
        leadsTo: { resource: 'refreshes' },
        listed: true,
      },
      { name: 'state', label: 'State', kind: 'status', values: ['building', 'complete'], listed: true },
      { name: 'document_count', label: 'Documents', kind: 'number', listed: true },
      { name: 'created', label: 'Made', kind: 'timestamp', listed: true },
      { name: 'retired', label: 'Out of use since', kind: 'timestamp' },
    ],
  },
];
