/** A request to a pull queue that cannot be served: the status, and the message that the client gets. */
export class TaskQueueError extends Error {
  override readonly name = 'TaskQueueError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A task that the queue does not have. */
export class UnknownTaskError extends TaskQueueError {
  /** @param isStrict whether the status is the one that Google documents. */
  constructor(message: string, isStrict: boolean) {
    super(isStrict ? 404 : 400, message);
  }
}
