/** The queue that clusters serve where nothing else is said. */
export const DEFAULT_QUEUE_NAME = 'composite';
