/** Where a member may stand; it passes them in this order, and may come to `ERROR` from any of them. */
export const MEMBER_STATUSES = [
  'PENDING',
  'FETCHING_ORIGIN',
  'RASTERIZING',
  'PUSHING_TO_DLCS',
  'BUILDING_DLCS_REQUEST',
  'COMPLETED',
  'ERROR',
] as const;

/** The state of a member. */
export type MemberStatus = (typeof MEMBER_STATUSES)[number];
