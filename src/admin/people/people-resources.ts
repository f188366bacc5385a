/** The ids of the lists about people. */
export const ADMINISTRATORS = 'administrators';
export const AUDIT_LOG = 'audit-log';

/** What the navigation of superusers has about people. */
export const peopleResources = [
  { id: ADMINISTRATORS, label: 'Administrators' },
  { id: AUDIT_LOG, label: 'Audit log' },
] as const;
