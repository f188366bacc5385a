/** What was asked for cannot be done; the message is for whoever asked. */
export class ActionRefusedError extends Error {
  override readonly name = 'ActionRefusedError';
  /** Of the answer. */
  readonly status: number;

  constructor(message: string, status: 400 | 404 | 409) {
    super(message);
    this.status = status;
  }
}
