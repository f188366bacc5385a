/**
 * What an administrator may do, from little to everything; each role includes those before it. A viewer looks; an
 * operator acts on tasks, submissions, queues and schedules; a superuser does everything, people included.
 */
export const ROLES = ['viewer', 'operator', 'superuser'] as const;

/** One of {@link ROLES}. */
export type Role = (typeof ROLES)[number];

/** Whether something that was read from outside names a role. */
export function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}

/** Whether one role may do what another role is required for. */
export function includesRole(held: Role, needed: Role): boolean {
  return ROLES.indexOf(held) >= ROLES.indexOf(needed);
}
