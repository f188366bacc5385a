// What the admin's pages of people read, as JSON. Moments are ISO 8601 in UTC.

import type { Role } from '../access/roles.ts';

/** An administrator, in the list and on their page; never with a password's hash. */
export interface AdministratorRow {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly role: Role;
  readonly isDisabled: boolean;
  readonly created: string;
  readonly lastLogin: string | null;
}

/** A line of the audit log. */
export interface AuditRow {
  readonly id: string;
  readonly happened: string;
  readonly username: string;
  /** Null if the administrator is not known: a login with an unknown name. */
  readonly administratorId: string | null;
  readonly action: string;
  readonly resource: string | null;
  /** The first few of them. */
  readonly recordIds: readonly string[];
  readonly recordCount: number;
  readonly outcome: 'done' | 'failed' | 'refused';
  readonly detail: string | null;
  readonly address: string;
}

/** What the audit log can be filtered by. */
export interface AuditChoices {
  readonly usernames: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}
