import type { StateLook } from '../../../../app-kit/pages/index.ts';
import type { MemberStatus } from '../../members/member-status.ts';
import type { MemberBatch } from '../shapes.ts';

/** How the statuses of members look. */
export const MEMBER_STATES = {
  PENDING: { tone: 'plain', icon: 'waiting', label: 'Pending' },
  FETCHING_ORIGIN: { tone: 'busy', icon: 'busy', label: 'Fetching origin' },
  RASTERIZING: { tone: 'busy', icon: 'busy', label: 'Rasterizing' },
  PUSHING_TO_DLCS: { tone: 'busy', icon: 'busy', label: 'Pushing to DLCS' },
  BUILDING_DLCS_REQUEST: { tone: 'busy', icon: 'busy', label: 'Building DLCS request' },
  COMPLETED: { tone: 'good', icon: 'done', label: 'Completed' },
  ERROR: { tone: 'bad', icon: 'failed', label: 'Failed' },
} as const satisfies Readonly<Record<MemberStatus, StateLook>>;

/** How the states of batches look. */
export const BATCH_STATES = {
  pending: { tone: 'plain', icon: 'waiting' },
  posting: { tone: 'busy', icon: 'busy' },
  accepted: { tone: 'good', icon: 'done' },
} as const satisfies Readonly<Record<MemberBatch['state'], StateLook>>;

/** The statuses as the choices of a filter. */
export const STATUS_CHOICES: readonly (readonly [value: string, label: string])[] = Object.entries(
  MEMBER_STATES,
).map(([status, { label }]) => [status, label]);
