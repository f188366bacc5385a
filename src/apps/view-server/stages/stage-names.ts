// Without imports: pages of the admin have it, too.

/** The stages that a package goes through, in order. The paths of `seed` are intervals of time. */
export const STAGES = ['preprocess', 'register', 'seed'] as const;

/** The name of a stage. */
export type Stage = (typeof STAGES)[number];

/** The state of an attempt. `lost`: its worker is gone. `withdrawn`: it was taken out of the queue. */
export type AttemptState = 'waiting' | 'running' | 'succeeded' | 'failed' | 'lost' | 'withdrawn';
