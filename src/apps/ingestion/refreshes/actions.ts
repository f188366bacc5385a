/** What a caller can have done with a model. */
export const ACTIONS = [
  'INGEST_UPSTREAM',
  'REINDEX',
  'UPDATE_INDEX',
  'PROMOTE',
  'POINT_ALIAS',
  'DELETE_INDEX',
  'CREATE_AND_POPULATE_FILTERED_INDEX',
  'ROLL_BACK',
] as const;

/** One of {@link ACTIONS}. */
export type Action = (typeof ACTIONS)[number];
