/** The default queue. */
export const DEFAULT_QUEUE_NAME = 'composite';
