import type { AdminResource } from '../../../app-kit/admin/resource.ts';
import { MEMBER_STATUSES } from '../members/member-status.ts';
import { PAGES_DONE_SQL } from '../members/page-progress.ts';
import { ORIGIN_SQL } from './origin-sql.ts';

/** The tables of this app, as the admin shows them. */
export const adminResources: readonly AdminResource[] = [
  {
    id: 'collections',
    label: 'Collections',
    table: 'composite.collections',
    newestBy: 'created',
    title: 'id',
    columns: [
      { name: 'id', label: 'Id', kind: 'id', listed: true, filter: true },
      { name: 'customer', label: 'Customer', kind: 'number', listed: true },
      {
        name: 'members',
        label: 'Members',
        kind: 'related',
        sql: '(SELECT count(*) FROM composite.members WHERE members.collection_id = collections.id)',
        leadsTo: { resource: 'members', column: 'collection_id' },
        listed: true,
      },
      { name: 'created', label: 'Created', kind: 'timestamp', listed: true, filter: true },
    ],
  },
  {
    id: 'members',
    label: 'Members',
    table: 'composite.members',
    newestBy: 'created',
    title: 'id',
    columns: [
      { name: 'id', label: 'Id', kind: 'id', listed: true, filter: true },
      {
        name: 'status',
        label: 'Status',
        kind: 'status',
        listed: true,
        filter: true,
        values: MEMBER_STATUSES,
      },
      {
        name: 'pages',
        label: 'Pages',
        kind: 'text',
        sql: `CASE WHEN pages_total IS NOT NULL THEN ${PAGES_DONE_SQL} || ' of ' || pages_total END`,
        listed: true,
      },
      { name: 'error', label: 'Error', kind: 'long-text', listed: true },
      { name: 'image_count', label: 'Images', kind: 'number' },
      {
        name: 'origin',
        label: 'Origin',
        kind: 'url',
        sql: ORIGIN_SQL,
      },
      {
        name: 'collection_id',
        label: 'Collection',
        kind: 'reference',
        leadsTo: { resource: 'collections' },
        filter: true,
      },
      { name: 'position', label: 'Position in the collection', kind: 'number', sql: 'position + 1' },
      { name: 'task_id', label: 'Task', kind: 'task' },
      {
        name: 'batches',
        label: 'Batches',
        kind: 'related',
        sql: '(SELECT count(*) FROM composite.batches WHERE batches.member_id = members.id)',
        leadsTo: { resource: 'batches', column: 'member_id' },
      },
      { name: 'created', label: 'Created', kind: 'timestamp', listed: true, filter: true },
      { name: 'last_updated', label: 'Last updated', kind: 'timestamp', listed: true },
      {
        name: 'composite',
        label: 'Composite, as submitted',
        kind: 'json',
        sql: `composite || jsonb_build_object('origin', ${ORIGIN_SQL})`,
      },
    ],
  },
  {
    id: 'batches',
    label: 'Batches',
    table: 'composite.batches',
    newestBy: 'created',
    title: 'id',
    columns: [
      { name: 'id', label: 'Id', kind: 'id', filter: true },
      {
        name: 'member_id',
        label: 'Member',
        kind: 'reference',
        leadsTo: { resource: 'members' },
        listed: true,
        filter: true,
      },
      { name: 'position', label: 'Number', kind: 'number', sql: 'position + 1', listed: true },
      {
        name: 'state',
        label: 'State',
        kind: 'status',
        values: ['pending', 'posting', 'accepted'],
        listed: true,
      },
      { name: 'uri', label: 'URI at the DLCS', kind: 'url', listed: true },
      {
        name: 'images',
        label: 'Images',
        kind: 'number',
        sql: "jsonb_array_length(request -> 'member')",
        listed: true,
      },
      { name: 'created', label: 'Created', kind: 'timestamp', filter: true },
      { name: 'posted', label: 'Posted', kind: 'timestamp', listed: true },
      { name: 'request', label: 'Request', kind: 'json' },
      { name: 'response', label: 'Answer of the DLCS', kind: 'json' },
    ],
  },
];
