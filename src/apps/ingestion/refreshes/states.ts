// The states of a refresh:
//
//   queued → copying → cleaning → indexing → verifying → ready
//                                                      ↘ promoting → done
//
// A refresh passes those that the steps of its action have, in this order. `ready` is where an ingest ends: its table and
// its index wait for a promotion, which makes it `done`; the next ingest of the model, which takes their place, makes it
// `cancelled`. From every state before these, a refresh can become `failed` or `cancelled`.

/** The states in which a refresh waits or works. */
export const ACTIVE_STATES = ['queued', 'copying', 'cleaning', 'indexing', 'verifying', 'promoting'] as const;

/** The states in which a refresh has ended. */
export const ENDED_STATES = ['ready', 'done', 'failed', 'cancelled'] as const;

/** What a refresh does. */
export type ActiveState = (typeof ACTIVE_STATES)[number];

/** How a refresh has ended. */
export type EndedState = (typeof ENDED_STATES)[number];

/** Where a refresh is. */
export type RefreshState = ActiveState | EndedState;

/** Returns whether a refresh has ended. */
export function hasEnded(state: RefreshState): state is EndedState {
  return ENDED_STATES.some((ended) => ended === state);
}
