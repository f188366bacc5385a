/** An error as Elasticsearch says it. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, reason: string) {
    super(reason);
    this.status = status;
    this.type = type;
  }
}
