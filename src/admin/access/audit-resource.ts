import type { AdminResource } from '../../app-kit/admin/resource.ts';
import { AUDIT_OUTCOMES } from './audit.ts';

/** The audit log, as the admin shows it to superusers. */
export const auditResource: AdminResource = {
  id: 'audit-log',
  label: 'Audit log',
  group: 'Site',
  table: 'admin.audit_log',
  newestBy: 'happened',
  title: 'action',
  columns: [
    { name: 'id', label: 'Id', kind: 'id' },
    { name: 'happened', label: 'When', kind: 'timestamp', listed: true, filter: true },
    { name: 'username', label: 'Who', kind: 'text', listed: true, filter: true },
    { name: 'action', label: 'Action', kind: 'text', listed: true, filter: true },
    { name: 'resource', label: 'Resource', kind: 'text', listed: true, filter: true },
    { name: 'record_count', label: 'Records', kind: 'number', listed: true },
    {
      name: 'outcome',
      label: 'Outcome',
      kind: 'status',
      values: AUDIT_OUTCOMES,
      listed: true,
      filter: true,
    },
    { name: 'detail', label: 'Detail', kind: 'text', listed: true },
    { name: 'address', label: 'From', kind: 'text', listed: true },
    { name: 'administrator_id', label: 'Id of who', kind: 'text' },
    {
      name: 'record_ids',
      label: 'Ids of the records',
      kind: 'long-text',
      sql: "array_to_string(record_ids, E'\\n')",
    },
  ],
};
